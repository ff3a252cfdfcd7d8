//! Tables for a spreadsheet: RFC 4180, with a byte order mark so that spreadsheets read UTF-8.

/// The file of these rows.
#[must_use]
pub fn csv(rows: &[Vec<String>]) -> String {
    let lines = rows.iter().map(|row| {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        cells.join(",")
    });
    let mut file = String::from("\u{feff}");
    for line in lines {
        file.push_str(&line);
        file.push_str("\r\n");
    }
    file
}

/// A cell. What a spreadsheet would take for a formula is kept from it by an apostrophe, since words
/// of others stand here; a number stays one. Signs that set off words of another direction are for a page
/// and would hide what a cell begins with.
fn quoted(cell: &str) -> String {
    let cell = cell.replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "");
    let formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_ends_and_formulas_stay_what_they_are() {
        let row = [
            "a \"b\", c\nd",
            "\u{2068}=SUM(A1)\u{2069}",
            "-3.5",
            "-wrong",
        ];
        let row = row.map(str::to_owned);
        assert_eq!(
            csv(&[row.to_vec()]),
            "\u{feff}\"a \"\"b\"\", c\nd\",\"'=SUM(A1)\",\"-3.5\",\"'-wrong\"\r\n"
        );
    }
}
