//! Reading codecs: built-in ones by name, a profile's own by name, or written out in place.

use super::document::{Checker, Node, choose};
use super::keys;
use crate::codec::{Codec, EnumCodec, Shape};
use crate::pointer::Pointer;
use crate::table::Table;
use crate::when::{TimeCodec, zone_offset};

/// The codecs of a profile.
#[derive(Debug)]
pub struct Codecs {
    named: Table<String, Codec>,
    text: Codec,
    localized: Codec,
    id: Codec,
    person: Codec,
    time: Codec,
}

/// Names of codecs that are always there.
const BUILT_IN: [&str; 13] = [
    "text",
    "integer_string",
    "id",
    "entity_tag",
    "number",
    "flag",
    "date",
    "rfc3339",
    "epoch_seconds",
    "epoch_millis",
    "text_map",
    "person",
    "answer",
];

fn built_in(name: &str) -> Option<Codec> {
    let place = |text: &str| Pointer::parse(text).unwrap_or_default();
    Some(match name {
        "text" => Codec::Text,
        "integer_string" => Codec::IntegerString,
        "id" => Codec::Id,
        "entity_tag" => Codec::EntityTag,
        "number" => Codec::Number,
        "flag" => Codec::Flag,
        "date" => Codec::Date,
        "rfc3339" => Codec::Time(TimeCodec::Rfc3339),
        "epoch_seconds" => Codec::Time(TimeCodec::EpochSeconds),
        "epoch_millis" => Codec::Time(TimeCodec::EpochMillis),
        "text_map" => Codec::TextMap {
            default: place("/default"),
            by_language: place("/by_language"),
        },
        "person" => Codec::Person {
            id: Some(place("/id")),
            name: Some(place("/name")),
        },
        "answer" => Codec::Answer,
        _ => return None,
    })
}

impl Codecs {
    /// Reads the profile's own codecs and its usual ones.
    pub fn read(check: &mut Checker, profile: &Node<'_>) -> Self {
        let place = |text: &str| Pointer::parse(text).unwrap_or_default();
        let mut codecs = Self {
            named: Table::default(),
            text: Codec::Text,
            localized: Codec::TextMap {
                default: place("/default"),
                by_language: place("/by_language"),
            },
            id: Codec::Id,
            person: Codec::Person {
                id: Some(place("/id")),
                name: Some(place("/name")),
            },
            time: Codec::Time(TimeCodec::Rfc3339),
        };
        if let Some(own) = profile.get("codecs") {
            if !own.value.is_object() {
                check.error(&own, "codecs are an object", "write { \"name\": codec, … }");
            }
            let mut named = Table::default();
            for (name, node) in own.members() {
                if BUILT_IN.contains(&name.as_str()) {
                    check.error(
                        &node,
                        &format!("“{name}” is the name of a built-in codec"),
                        "choose another name",
                    );
                }
                if let Some(codec) = codecs.codec(check, &node) {
                    named.add(name.clone(), codec);
                }
            }
            codecs.named = named;
        }
        if let Some(usual) = profile.get("default_codecs")
            && check.object(&usual, &keys::DEFAULT_CODECS).is_some()
        {
            for (key, node) in usual.members() {
                let shape = match key.as_str() {
                    "text" => Shape::Text,
                    "localized" => Shape::Localized,
                    "id" => Shape::Id(rapport_domain::Kind::Ticket),
                    "person" => Shape::Person,
                    "time" => Shape::Time,
                    _ => continue,
                };
                let Some(codec) = codecs.codec_for(check, &node, shape) else {
                    continue;
                };
                *match key.as_str() {
                    "text" => &mut codecs.text,
                    "localized" => &mut codecs.localized,
                    "id" => &mut codecs.id,
                    "person" => &mut codecs.person,
                    _ => &mut codecs.time,
                } = codec;
            }
        }
        codecs
    }

    /// The codec of fields of that shape which name none.
    #[must_use]
    pub fn usual(&self, shape: Shape) -> Codec {
        match shape {
            Shape::Text => self.text.clone(),
            Shape::Localized => self.localized.clone(),
            Shape::Id(_) => self.id.clone(),
            Shape::Person => self.person.clone(),
            Shape::Time => self.time.clone(),
            Shape::Day => Codec::Date,
            Shape::Number => Codec::Number,
            Shape::Flag => Codec::Flag,
            Shape::Answer => Codec::Answer,
            Shape::List(element) => self.usual(*element),
            Shape::Word(_) | Shape::Rows(_) => Codec::Text,
        }
    }

    /// Reads a codec that must fit fields of that shape.
    pub fn codec_for(&self, check: &mut Checker, node: &Node<'_>, shape: Shape) -> Option<Codec> {
        let codec = self.codec(check, node)?;
        if !codec.fits(shape) {
            let fitting = self.fitting(shape).join(", ");
            check.error(
                node,
                "this codec does not fit this field",
                &format!("use one of: {fitting}"),
            );
            return None;
        }
        if let (Codec::Enum(table), Shape::Word(words)) = (&codec, shape) {
            let words = words();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let ours = table.read.iter().map(|(_, ours)| ours);
            for ours in ours.filter(|w| !words.contains(&w.as_str())) {
                check.error(
                    node,
                    &format!("the table leads to “{ours}”, which is no word of this field"),
                    &choose(ours, &words),
                );
            }
        }
        Some(codec)
    }

    fn fitting(&self, shape: Shape) -> Vec<&str> {
        let own = self.named.iter().filter(|(_, codec)| codec.fits(shape));
        let own = own.map(|(name, _)| name.as_str());
        let built_in = BUILT_IN
            .into_iter()
            .filter(|name| built_in(name).is_some_and(|codec| codec.fits(shape)));
        let written_out = matches!(shape, Shape::Word(_) | Shape::Text).then_some("{\"enum\": …}");
        let local = matches!(shape, Shape::Time).then_some("{\"local_time\": …}");
        own.chain(built_in)
            .chain(written_out)
            .chain(local)
            .collect()
    }

    fn codec(&self, check: &mut Checker, node: &Node<'_>) -> Option<Codec> {
        if let Some(name) = node.value.as_str() {
            let found = built_in(name).or_else(|| self.named.get(name).cloned());
            if found.is_none() {
                let own = self.named.iter().map(|(name, _)| name.as_str());
                let all: Vec<&str> = BUILT_IN.into_iter().chain(own).collect();
                check.error(
                    node,
                    &format!("there is no codec “{name}”"),
                    &choose(name, &all),
                );
            }
            return found;
        }
        let map = check.object(node, &keys::CODEC)?;
        if map.len() != 1 {
            check.error(
                node,
                "a codec has exactly one name",
                "write {\"enum\": {…}} or another codec with its settings",
            );
            return None;
        }
        if let Some(node) = node.get("enum") {
            return enumeration(check, &node);
        }
        if let Some(node) = node.get("text_map") {
            check.object(&node, &keys::TEXT_MAP)?;
            let default = check.optional_pointer(&node, "default");
            let by_language = check.optional_pointer(&node, "by_language");
            return Some(Codec::TextMap {
                default: default.or_else(|| Pointer::parse("/default").ok())?,
                by_language: by_language.or_else(|| Pointer::parse("/by_language").ok())?,
            });
        }
        if let Some(node) = node.get("person") {
            let map = check.object(&node, &keys::PERSON)?;
            if map.is_empty() {
                check.error(
                    &node,
                    "neither “id” nor “name” is given",
                    "say where at least one of them is; \"\" means the value itself",
                );
            }
            let id = check.optional_pointer(&node, "id");
            let name = check.optional_pointer(&node, "name");
            return Some(Codec::Person { id, name });
        }
        let node = node.get("local_time")?;
        local_time(check, &node)
    }
}

fn enumeration(check: &mut Checker, node: &Node<'_>) -> Option<Codec> {
    check.object(node, &keys::ENUM)?;
    let mut codec = EnumCodec::default();
    if let Some(other) = node.get("other") {
        check.choice(&other, &["keep"])?;
    }
    if let Some(kind) = node.get("type") {
        codec.integer = check.choice(&kind, &["text", "integer"])? == 1;
    }
    codec.read = words(check, &node.get("table")?)?;
    if let Some(write) = node.get("write") {
        codec.write = words(check, &write)?;
    }
    let mut inverse = Table::default();
    for (theirs, ours) in codec.read.iter() {
        if codec.write.get(ours).is_some() || inverse.get(ours).is_some() {
            continue;
        }
        let all = codec.read.iter().filter(|(_, other)| *other == ours);
        let all: Vec<&str> = all.map(|(theirs, _)| theirs.as_str()).collect();
        if all.len() > 1 {
            check.error(
                node,
                &format!("“{ours}” stands for several words: {}", all.join(", ")),
                &format!("add \"write\": {{\"{ours}\": …}} with the one to be sent"),
            );
        }
        inverse.add(ours.clone(), theirs.clone());
    }
    for (ours, theirs) in inverse.iter() {
        codec.write.add(ours.clone(), theirs.clone());
    }
    if codec.integer {
        let read = codec.read.iter().map(|(theirs, _)| theirs);
        let write = codec.write.iter().map(|(_, theirs)| theirs);
        for theirs in read.chain(write) {
            if theirs.parse::<i64>().is_err() {
                check.error(
                    node,
                    &format!("“{theirs}” is not a whole number"),
                    "write digits, or leave out \"type\": \"integer\"",
                );
            }
        }
    }
    Some(Codec::Enum(codec))
}

fn words(check: &mut Checker, node: &Node<'_>) -> Option<Table<String, String>> {
    if !node.value.is_object() {
        check.error(
            node,
            &crate::codec::wrong("an object of words", node.value),
            "write { \"a word\": \"another word\", … }",
        );
        return None;
    }
    let mut words = Table::default();
    for (from, to) in node.members() {
        if let Some(to) = check.text(&to) {
            words.add(from.clone(), to.to_owned());
        }
    }
    Some(words)
}

fn local_time(check: &mut Checker, node: &Node<'_>) -> Option<Codec> {
    check.object(node, &keys::LOCAL_TIME)?;
    let zone = node.get("zone")?;
    let Some(offset) = zone_offset(check.text(&zone)?) else {
        check.error(
            &zone,
            "this zone is not known",
            "write UTC, or the offset such as +01:00",
        );
        return None;
    };
    let mut separator = 'T';
    if let Some(node) = node.get("separator") {
        separator = if check.choice(&node, &["T", " "])? == 0 {
            'T'
        } else {
            ' '
        };
    }
    let mut fraction = 0;
    if let Some(node) = node.get("fraction") {
        fraction = check.count(&node)?;
        if fraction > 3 {
            check.error(&node, "times have milliseconds here", "write 0, 1, 2 or 3");
        }
    }
    Some(Codec::Time(TimeCodec::Local {
        offset,
        separator,
        fraction: u8::try_from(fraction).unwrap_or(3),
    }))
}
