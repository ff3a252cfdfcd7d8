use super::*;
use crate::complaint::{Complaint, ComplaintNote, ComplaintStage, StageTarget};
use crate::record::Entity;

fn complaint() -> Complaint {
    Complaint {
        subject: "Nobody told us".into(),
        description: "The outage came unannounced.".into(),
        customer: Some(Uuid::from_u128(1).into()),
        complainant: PersonRef {
            id: Some(Uuid::from_u128(2).into()),
            name: "Anna".into(),
        },
        confidential: true,
        stage: ComplaintStage::from("under review by the board"),
        level: 2,
        targets: vec![StageTarget {
            stage: ComplaintStage::Acknowledged,
            due_at: Timestamp(5),
        }],
        ..Complaint::new(Uuid::from_u128(9).into(), Timestamp(3))
    }
}

#[test]
fn a_struct_becomes_a_record_and_comes_back_the_same() {
    let record = complaint().to_record();
    assert_eq!(Complaint::of(&record), Some(complaint()));
    assert_eq!(ComplaintNote::of(&record), None, "of another kind");
}

#[test]
fn a_record_reads_back_from_both_forms_on_disk() {
    let entity = Entity::Record(complaint().to_record());
    let json = serde_json::to_string(&entity).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Entity>(&json).expect("reads back"),
        entity
    );
    let bytes = postcard::to_allocvec(&entity).expect("postcard");
    assert_eq!(
        postcard::from_bytes::<Entity>(&bytes).expect("reads back"),
        entity
    );
}

#[test]
fn a_wrong_or_missing_value_takes_nothing_else_with_it() {
    let mut record = complaint().to_record();
    record.set("level", Value::from("many"));
    record.set("about", Value::Bool(true));
    record.set("targets", serde_json::json!([{ "stage": "closed" }, 7]));
    let read = Complaint::of(&record).expect("still a complaint");
    assert_eq!((read.level, read.about), (0, PersonRef::default()));
    assert_eq!(
        read.targets.len(),
        1,
        "a target without a day is one without a day"
    );
    assert_eq!(read.subject, complaint().subject);
}

#[test]
fn what_it_names_is_told_and_its_parent_apart() {
    let record = complaint().to_record();
    let names = |kind, id| RecordKey {
        kind,
        id: Uuid::from_u128(id),
    };
    assert_eq!(
        record.references(),
        [names(Kind::Customer, 1), names(Kind::User, 2)]
    );
    assert_eq!(record.parent(), None);
    let note = ComplaintNote {
        text: "Called them".into(),
        ..ComplaintNote::new(
            Uuid::from_u128(10).into(),
            Uuid::from_u128(9).into(),
            Timestamp(4),
        )
    };
    assert_eq!(note.to_record().parent(), Some(names(Kind::Complaint, 9)));
}

/// Every field of a schema is there under its own name, once.
#[test]
fn the_fields_of_a_schema_have_names_of_their_own() {
    for kind in Kind::ALL {
        let names: Vec<&str> = schema(kind).iter().map(|field| field.name).collect();
        let own: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), own.len(), "{kind:?}");
    }
}
