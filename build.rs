//! Makes the enum of messages of the English texts, so that a key stands in the language files alone.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

const TEXTS: &str = "src/i18n/en.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={TEXTS}");
    let texts: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(TEXTS)?)?;
    let (mut variants, mut names) = (String::new(), String::new());
    for key in texts.keys() {
        writeln!(variants, "    {key},")?;
        writeln!(names, "        \"{key}\",")?;
    }
    let code = format!(
        "/// A message, named by its key in the language files.\n\
         #[expect(non_camel_case_types, missing_docs, reason = \"named like the keys, which say it\")]\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n\
         pub enum Msg {{\n{variants}}}\n\n\
         impl Msg {{\n    /// The keys, in the order of the variants.\n    \
         pub const KEYS: &'static [&'static str] = &[\n{names}    ];\n}}\n"
    );
    let folder = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&folder).join("messages.rs"), code)?;
    Ok(())
}
