//! URL templates (RFC 6570, levels 1 to 3: every operator, values are single texts), and the plain
//! templates of header values.

use std::fmt::Write;

/// A parsed URL template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Expression(Operator, Vec<String>),
}

/// How an expression is written into the URL: the table of RFC 6570, appendix A.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Operator {
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
    reserved: bool,
}

const fn operator(
    first: &'static str,
    separator: &'static str,
    named: bool,
    if_empty: &'static str,
    reserved: bool,
) -> Operator {
    Operator {
        first,
        separator,
        named,
        if_empty,
        reserved,
    }
}

const SIMPLE: Operator = operator("", ",", false, "", false);
const OPERATORS: [(char, Operator); 7] = [
    ('+', operator("", ",", false, "", true)),
    ('#', operator("#", ",", false, "", true)),
    ('.', operator(".", ".", false, "", false)),
    ('/', operator("/", "/", false, "", false)),
    (';', operator(";", ";", true, "", false)),
    ('?', operator("?", "&", true, "=", false)),
    ('&', operator("&", "&", true, "=", false)),
];

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (literal, tail) = rest.split_at(open);
            if !literal.is_empty() {
                parts.push(Part::Literal(literal.to_owned()));
            }
            let inner = tail.strip_prefix('{').ok_or("has a “}” without a “{”")?;
            let close = inner.find('}').ok_or("has a “{” without a “}”")?;
            let (expression, tail) = inner.split_at(close);
            parts.push(parse_expression(expression)?);
            rest = tail.get(1..).unwrap_or_default();
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// What stands before the first expression.
    #[must_use]
    pub fn head(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// Every variable, and whether the URL makes sense without it (it then stands in the query).
    pub fn variables(&self) -> impl Iterator<Item = (&str, bool)> {
        self.parts.iter().flat_map(|part| {
            let (optional, names) = match part {
                Part::Literal(_) => (false, [].as_slice()),
                Part::Expression(op, names) => (op.named, names.as_slice()),
            };
            names.iter().map(move |name| (name.as_str(), optional))
        })
    }

    /// The URL with every variable replaced by what `value` says. An undefined one (`None`) is left
    /// out, as the RFC asks.
    pub fn expand(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut url = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => encode(&mut url, text, true),
                Part::Expression(op, names) => {
                    let mut before = op.first;
                    for name in names {
                        let Some(value) = value(name) else { continue };
                        url.push_str(before);
                        before = op.separator;
                        if op.named {
                            url.push_str(name);
                            url.push_str(if value.is_empty() { op.if_empty } else { "=" });
                        }
                        encode(&mut url, &value, op.reserved);
                    }
                }
            }
        }
        url
    }
}

fn parse_expression(text: &str) -> Result<Part, String> {
    let found = OPERATORS.iter().find(|(sign, _)| text.starts_with(*sign));
    let (op, names) = match found {
        Some((_, op)) => (*op, text.get(1..).unwrap_or_default()),
        None => (SIMPLE, text),
    };
    let names: Vec<String> = names.split(',').map(str::to_owned).collect();
    for name in &names {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
        if name.ends_with('*') || name.contains(':') {
            return Err(format!("uses “{name}”: “*” and “:” are not supported"));
        }
        if name.is_empty() || !name.bytes().all(legal) {
            return Err(format!("“{{{text}}}” is not an expression of RFC 6570"));
        }
    }
    Ok(Part::Expression(op, names))
}

/// Appends `text`, percent-encoding what may not stand for itself. With `reserved` the reserved
/// characters and ready percent-encodings stay as they are.
fn encode(url: &mut String, text: &str, reserved: bool) {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().copied().enumerate() {
        let triplet = || {
            let hex = |n: usize| bytes.get(at + n).is_some_and(u8::is_ascii_hexdigit);
            byte == b'%' && hex(1) && hex(2)
        };
        let plain = byte.is_ascii_alphanumeric()
            || b"-._~".contains(&byte)
            || reserved && (b":/?#[]@!$&'()*+,;=".contains(&byte) || triplet());
        if plain {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

/// A header's value with `{name}` replaced verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(Vec<(String, Option<String>)>);

impl Plain {
    /// Parses a value such as `"{version}"` or `text/plain`.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("holds a control character".to_owned());
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((literal, tail)) = rest.split_once('{') {
            let (name, tail) = tail.split_once('}').ok_or("has a “{” without a “}”")?;
            parts.push((literal.to_owned(), Some(name.to_owned())));
            rest = tail;
        }
        parts.push((rest.to_owned(), None));
        Ok(Self(parts))
    }

    /// Every variable.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(_, name)| name.as_deref())
    }

    /// The value; `None` where a variable is undefined, would break out of the header, or holds what
    /// browsers do not send in one.
    pub fn expand(&self, value: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut text = String::new();
        for (literal, name) in &self.0 {
            text.push_str(literal);
            if let Some(name) = name {
                text.push_str(&value(name)?);
            }
        }
        text.bytes()
            .all(|b| matches!(b, b' '..=b'~'))
            .then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str) -> String {
        Template::parse(template).unwrap().expand(|name| {
            let value = match name {
                "var" => "value",
                "hello" => "Hello World!",
                "half" => "50%",
                "empty" => "",
                "base" => "http://example.com/home/",
                "path" => "/foo/bar",
                "x" => "1024",
                "y" => "768",
                "who" => "fred",
                "v" => "6",
                _ => return None,
            };
            Some(value.to_owned())
        })
    }

    /// The examples of RFC 6570, sections 1.2 and 3.2, whose values are single texts.
    #[test]
    fn the_examples_of_the_rfc() {
        for (template, url) in [
            ("{var}", "value"),
            ("{hello}", "Hello%20World%21"),
            ("{half}", "50%25"),
            ("O{empty}X", "OX"),
            ("O{undef}X", "OX"),
            ("{x,y}", "1024,768"),
            ("{x,hello,y}", "1024,Hello%20World%21,768"),
            ("?{x,empty}", "?1024,"),
            ("?{x,undef}", "?1024"),
            ("?{undef,y}", "?768"),
            ("{+var}", "value"),
            ("{+hello}", "Hello%20World!"),
            ("{+half}", "50%25"),
            ("{base}index", "http%3A%2F%2Fexample.com%2Fhome%2Findex"),
            ("{+base}index", "http://example.com/home/index"),
            ("O{+empty}X", "OX"),
            ("O{+undef}X", "OX"),
            ("{+path}/here", "/foo/bar/here"),
            ("here?ref={+path}", "here?ref=/foo/bar"),
            ("up{+path}{var}/here", "up/foo/barvalue/here"),
            ("{+x,hello,y}", "1024,Hello%20World!,768"),
            ("{+path,x}/here", "/foo/bar,1024/here"),
            ("{#path,x}/here", "#/foo/bar,1024/here"),
            ("{#x,hello,y}", "#1024,Hello%20World!,768"),
            ("foo{#empty}", "foo#"),
            ("foo{#undef}", "foo"),
            ("{.who}", ".fred"),
            ("{.who,who}", ".fred.fred"),
            ("{.half,who}", ".50%25.fred"),
            ("X{.var}", "X.value"),
            ("X{.empty}", "X."),
            ("X{.undef}", "X"),
            ("{/who}", "/fred"),
            ("{/who,who}", "/fred/fred"),
            ("{/half,who}", "/50%25/fred"),
            ("{/var,empty}", "/value/"),
            ("{/var,undef}", "/value"),
            ("{/var,x}/here", "/value/1024/here"),
            ("{;who}", ";who=fred"),
            ("{;half}", ";half=50%25"),
            ("{;empty}", ";empty"),
            ("{;v,empty,who}", ";v=6;empty;who=fred"),
            ("{;v,undef,who}", ";v=6;who=fred"),
            ("{?who}", "?who=fred"),
            ("{?half}", "?half=50%25"),
            ("{?x,y}", "?x=1024&y=768"),
            ("{?x,y,empty}", "?x=1024&y=768&empty="),
            ("{?x,y,undef}", "?x=1024&y=768"),
            ("{&who}", "&who=fred"),
            ("?fixed=yes{&x}", "?fixed=yes&x=1024"),
            ("{&x,y,empty}", "&x=1024&y=768&empty="),
            ("{&x,y,undef}", "&x=1024&y=768"),
        ] {
            assert_eq!(expand(template), url, "{template}");
        }
    }

    #[test]
    fn faulty_templates_are_refused() {
        for faulty in [
            "{", "}", "{}", "{a", "a}", "{a b}", "{x*}", "{x:3}", "{{x}}", "{a,}", "{=x}",
        ] {
            assert!(Template::parse(faulty).is_err(), "{faulty}");
        }
    }

    #[test]
    fn a_header_takes_values_as_they_are_but_no_line_break() {
        let header = Plain::parse("\"{v}\"").unwrap();
        assert_eq!(
            header.expand(|_| Some("7".into())).as_deref(),
            Some("\"7\"")
        );
        assert_eq!(header.expand(|_| None), None);
        assert_eq!(header.expand(|_| Some("7\r\nX: y".into())), None);
        assert!(Plain::parse("{v").is_err() && Plain::parse("a\nb").is_err());
    }
}
