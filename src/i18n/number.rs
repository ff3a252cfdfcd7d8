//! Numbers as people of a language write them, read and written without a guess: what could mean two
//! numbers is none. Pure.

/// The signs within a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signs {
    decimal: char,
    group: Option<char>,
}

impl Signs {
    /// The number that shows which signs a language uses.
    pub const SAMPLE: f64 = 12_345.6;

    /// The signs of the language that writes [`Self::SAMPLE`] like this.
    #[must_use]
    pub fn of_sample(written: &str) -> Self {
        let is_sign = |sign: &char| !sign.is_alphanumeric() && !is_mark(*sign);
        let signs: Vec<char> = written.chars().filter(is_sign).collect();
        match signs[..] {
            [] => Self {
                decimal: '.',
                group: None,
            },
            [decimal] => Self {
                decimal,
                group: None,
            },
            [group, .., decimal] => Self {
                decimal,
                group: Some(plain(group)),
            },
        }
    }

    /// The number that was typed. Thousands may stand in groups of three, by the language's sign or by
    /// one that no language takes for anything else. Where only a `whole` number will do, three digits
    /// after the decimal sign are no answer: in another language they are the thousands, and one is not
    /// ordered where somebody wrote a thousand.
    #[must_use]
    pub fn read(self, typed: &str, whole: bool) -> Option<f64> {
        let typed = typed.trim();
        let (factor, typed) = match typed.strip_prefix(['-', '−']) {
            Some(rest) => (-1.0, rest),
            None => (1.0, typed),
        };
        let (ones, fraction) = match typed.split_once(self.decimal) {
            Some((ones, fraction)) => (ones, Some(fraction)),
            None => (typed, None),
        };
        let fraction = match fraction {
            Some(digits) if digits.is_empty() || !is_digits(digits) => return None,
            Some(digits) if whole && digits.len() == 3 => return None,
            Some(digits) => digits,
            None if ones.is_empty() => return None,
            None => "0",
        };
        let ones = self.ungrouped(ones)?;
        let read = format!("{ones}.{fraction}").parse::<f64>().ok()?;
        Some(factor * read).filter(|number| number.is_finite())
    }

    /// The digits without the signs between groups; `None` where those are not groups.
    fn ungrouped(self, ones: &str) -> Option<String> {
        let is_digit = |sign: char| sign.is_ascii_digit();
        let mut signs = ones.chars().filter(|sign| !is_digit(*sign)).map(plain);
        let Some(sign) = signs.next() else {
            return Some(ones.to_owned());
        };
        let groups: Vec<&str> = ones.split(|sign| !is_digit(sign)).collect();
        let (first, rest) = groups.split_first()?;
        let fits = (matches!(sign, ' ' | '\'') || self.group == Some(sign))
            && signs.all(|other| other == sign)
            && (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && rest.iter().all(|group| group.len() == 3);
        fits.then(|| groups.concat())
    }

    /// A number as it is typed: every digit, and no groups.
    #[must_use]
    pub fn write(self, number: f64) -> String {
        number
            .to_string()
            .replace('.', self.decimal.encode_utf8(&mut [0; 4]))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Marks of direction, which some languages write around numbers.
const fn is_mark(sign: char) -> bool {
    matches!(sign, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// One sign for all that look alike: people type the space and the apostrophe of their keyboard.
const fn plain(sign: char) -> char {
    match sign {
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        '’' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(sample: &str, whole: bool, cases: &[(&str, Option<f64>)]) {
        let signs = Signs::of_sample(sample);
        for (typed, read) in cases {
            assert_eq!(signs.read(typed, whole), *read, "{typed:?} as in {sample}");
        }
    }

    #[test]
    fn a_thousand_is_a_thousand_in_every_language() {
        let thousand = Some(1000.0);
        let both = [("1000", thousand), ("1 000", thousand), ("1’000", thousand)];
        for sample in ["12,345.6", "12.345,6", "12\u{202f}345,6", "12’345.6"] {
            all(sample, true, &both);
            all(sample, false, &both);
        }
        all("12,345.6", true, &[("1,000", thousand), ("1.000", None)]);
        all("12.345,6", true, &[("1.000", thousand), ("1,000", None)]);
        all(
            "12\u{202f}345,6",
            true,
            &[
                ("1\u{202f}000", thousand),
                ("1\u{a0}000", thousand),
                ("1,000", None),
                ("1.000", None),
            ],
        );
    }

    #[test]
    fn fractions_are_read_by_the_languages_own_sign() {
        all(
            "12,345.6",
            false,
            &[
                ("1.5", Some(1.5)),
                ("1,234.5", Some(1234.5)),
                (".5", Some(0.5)),
                ("1,5", None),
            ],
        );
        all(
            "12.345,6",
            false,
            &[
                ("1,5", Some(1.5)),
                ("1.234,5", Some(1234.5)),
                ("-0,25", Some(-0.25)),
                ("1.5", None),
            ],
        );
        all(
            "12 345,6",
            false,
            &[("1 234,5", Some(1234.5)), ("1.5", None)],
        );
        all("12345,6", false, &[("1,5", Some(1.5)), ("1.000", None)]);
    }

    #[test]
    fn what_is_wrongly_grouped_or_no_number_is_not_read() {
        let none = [
            "",
            " ",
            "-",
            ".",
            "x",
            "1x",
            "inf",
            "NaN",
            "1e3",
            "1,2,3",
            "1,00",
            "12,34,567",
            "1,000 000",
            "0,500",
            ",000",
            "1,000,",
            "1.2.3",
            "1.",
            "10,0000",
        ];
        for typed in none {
            all("12,345.6", false, &[(typed, None)]);
        }
        all("12.345,6", false, &[("0.500", None), ("1.23", None)]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        for sample in ["12,345.6", "12.345,6", "12\u{a0}345,6"] {
            let signs = Signs::of_sample(sample);
            for number in [0.0, -3.0, 1000.0, 2.5, 0.125, 1_234_567.891] {
                assert_eq!(signs.read(&signs.write(number), false), Some(number));
            }
        }
    }
}
