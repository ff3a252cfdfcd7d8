//! What a codec encodes it decodes again, and what is not its spelling is refused.

use super::*;
use proptest::prelude::*;
use rapport_domain::Kind;
use rapport_domain::TicketState;
use serde_json::json;

/// Milliseconds from the year 0 to 9999.
const CALENDAR: std::ops::Range<i64> = -62_000_000_000_000..253_000_000_000_000;

fn words() -> Vec<String> {
    TicketState::KNOWN.iter().map(ToString::to_string).collect()
}

const WORD: Shape = Shape::Word(words);

fn both_ways(codec: &Codec, shape: Shape, item: Item) -> Result<(), TestCaseError> {
    let json = codec.encode(&item, &words()).map_err(TestCaseError::fail)?;
    // As it goes over the wire.
    let json: Value =
        serde_json::from_str(&json.to_string()).map_err(|e| TestCaseError::fail(e.to_string()))?;
    prop_assert_eq!(codec.decode(shape, &json), Ok(item));
    Ok(())
}

fn place(text: &str) -> Pointer {
    Pointer::parse(text).expect("a pointer")
}

fn table(integer: bool) -> Codec {
    let pairs: &[(&str, &str)] = if integer {
        &[
            ("1", "acknowledged"),
            ("-2", "closed"),
            ("3", "held"),
            ("4", "held"),
        ]
    } else {
        &[
            ("new", "acknowledged"),
            ("done", "closed"),
            ("wait", "held"),
            ("halt", "held"),
        ]
    };
    let (mut read, mut write) = (Table::default(), Table::default());
    for (theirs, ours) in pairs {
        read.add((*theirs).to_owned(), (*ours).to_owned());
        if write.get(*ours).is_none() {
            write.add((*ours).to_owned(), (*theirs).to_owned());
        }
    }
    Codec::Enum(EnumCodec {
        read,
        write,
        integer,
    })
}

proptest! {
    #[test]
    fn texts(text: String) {
        both_ways(&Codec::Text, Shape::Text, Item::Text(text.clone()))?;
        both_ways(&Codec::Text, Shape::Localized, Item::Localized(Text::plain(text.clone())))?;
        if !text.is_empty() {
            both_ways(&Codec::Id, Shape::Id(Kind::Ticket), Item::Id(text))?;
        }
    }

    #[test]
    fn entity_tags(tag in "[!#-~]{0,20}") {
        both_ways(&Codec::EntityTag, Shape::Text, Item::Text(tag))?;
    }

    #[test]
    fn integers_as_texts(number: i64, large: u64) {
        both_ways(&Codec::IntegerString, Shape::Text, Item::Text(number.to_string()))?;
        both_ways(&Codec::IntegerString, Shape::Id(Kind::User), Item::Id(large.to_string()))?;
    }

    #[test]
    fn numbers(thousandths: i32, whole: i32) {
        // serde_json reads the last bit of a long fraction as it comes out fastest.
        let number = f64::from(thousandths) / 1000.0;
        both_ways(&Codec::Number, Shape::Number, Item::Number(number))?;
        both_ways(&Codec::Number, Shape::Number, Item::Number(f64::from(whole)))?;
        both_ways(&Codec::Answer, Shape::Answer, Item::Answer(AnswerValue::Number(number)))?;
    }

    #[test]
    fn flags_and_answers(flag: bool, text: String, many: Vec<String>) {
        both_ways(&Codec::Flag, Shape::Flag, Item::Flag(flag))?;
        for value in [AnswerValue::Flag(flag), AnswerValue::Text(text), AnswerValue::Many(many)] {
            both_ways(&Codec::Answer, Shape::Answer, Item::Answer(value))?;
        }
    }

    #[test]
    fn days(days in -700_000_i64..2_900_000) {
        let day = Date::parse("1970-01-01").expect("a day").plus_days(days);
        prop_assume!(Date::parse(day.as_str()).is_some());
        both_ways(&Codec::Date, Shape::Text, Item::Text(day.to_string()))?;
    }

    #[test]
    fn times(millis in CALENDAR, hours in -18_i32..=18, fraction in 0_u8..=3, space: bool) {
        let time = |millis| Item::Time(Timestamp(millis));
        let seconds = millis.div_euclid(1000) * 1000;
        both_ways(&Codec::Time(TimeCodec::Rfc3339), Shape::Time, time(millis))?;
        both_ways(&Codec::Time(TimeCodec::EpochMillis), Shape::Time, time(millis))?;
        both_ways(&Codec::Time(TimeCodec::EpochSeconds), Shape::Time, time(millis))?;
        let local = Codec::Time(TimeCodec::Local {
            offset: hours * 3600,
            separator: if space { ' ' } else { 'T' },
            fraction,
        });
        // What the spelling has no digits for cannot come back.
        let kept = if fraction == 3 { millis } else { seconds };
        both_ways(&local, Shape::Time, time(kept))?;
    }

    #[test]
    fn words_of_a_table_and_beyond_it(ours in "acknowledged|closed|held", other in "[a-z ]{0,12}", number: i64) {
        both_ways(&table(false), WORD, Item::Text(ours.clone()))?;
        both_ways(&table(true), WORD, Item::Text(ours))?;
        // A word that the table does not have goes out as it came in.
        for (codec, sent) in [(table(false), json!(other)), (table(true), json!(number))] {
            let Ok(item) = codec.decode(WORD, &sent) else { continue };
            let known = matches!(&item, Item::Text(word) if words().contains(word));
            match codec.encode(&item, &words()) {
                Ok(back) => prop_assert_eq!(back, sent),
                Err(_) => prop_assert!(known),
            }
        }
    }

    #[test]
    fn texts_by_language(default: String, by_language in proptest::collection::btree_map("[a-z]{2}", ".{0,8}", 0..4)) {
        let text = Text { default, by_language };
        for (at, all) in [("/default", "/by_language"), ("/t/main", "/t/others"), ("/a~1b", "/c")] {
            let codec = Codec::TextMap { default: place(at), by_language: place(all) };
            both_ways(&codec, Shape::Localized, Item::Localized(text.clone()))?;
        }
    }

    #[test]
    fn people(id in proptest::option::of(".{1,8}"), name: String) {
        let codec = |id: Option<&str>, name: Option<&str>| Codec::Person { id: id.map(place), name: name.map(place) };
        both_ways(&codec(Some("/id"), Some("/name")), Shape::Person, Item::Person(id.clone(), name.clone()))?;
        both_ways(&codec(None, Some("")), Shape::Person, Item::Person(None, name))?;
        if id.is_some() {
            both_ways(&codec(Some(""), None), Shape::Person, Item::Person(id, String::new()))?;
        }
    }
}

#[test]
fn a_wrong_type_is_told_and_not_guessed() {
    let odd = [
        json!(null),
        json!([]),
        json!({}),
        json!(1.5),
        json!(true),
        json!("text"),
    ];
    let codecs = [
        (Codec::Text, Shape::Text, "text"),
        (Codec::IntegerString, Shape::Text, ""),
        (Codec::Id, Shape::Id(Kind::Ticket), "text"),
        (Codec::EntityTag, Shape::Text, ""),
        (Codec::Number, Shape::Number, "1.5"),
        (Codec::Flag, Shape::Flag, "true"),
        (Codec::Date, Shape::Text, ""),
        (Codec::Time(TimeCodec::Rfc3339), Shape::Time, ""),
        (Codec::Time(TimeCodec::EpochMillis), Shape::Time, ""),
    ];
    for (codec, shape, fits) in codecs {
        for json in &odd {
            let decoded = codec.decode(shape, json);
            let fits = scalar(json).is_some_and(|text| text == fits);
            assert_eq!(decoded.is_ok(), fits, "{codec:?} of {json}: {decoded:?}");
        }
    }
    assert_eq!(
        Codec::Id.decode(Shape::Id(Kind::Ticket), &json!(7)),
        Ok(Item::Id("7".into()))
    );
    assert!(
        Codec::Id
            .decode(Shape::Id(Kind::Ticket), &json!(""))
            .is_err()
    );
    let long = json!("x".repeat(1000));
    assert!(
        Codec::Date
            .decode(Shape::Text, &long)
            .is_err_and(|message| message.len() < 100)
    );
}

#[test]
fn our_own_word_without_a_counterpart_is_not_sent() {
    let codec = table(false);
    let resolved = Item::Text("resolved".into());
    assert!(
        codec
            .encode(&resolved, &words())
            .is_err_and(|why| why.contains("“resolved”"))
    );
    assert_eq!(
        codec.encode(&Item::Text("odd".into()), &words()),
        Ok(json!("odd"))
    );
    assert!(
        table(true)
            .encode(&Item::Text("odd".into()), &words())
            .is_err()
    );
}
