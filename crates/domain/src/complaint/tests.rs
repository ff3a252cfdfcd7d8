use super::*;
use ComplaintStage as S;
use uuid::Uuid;

fn at(stage: S, level: u32) -> Complaint {
    let mut complaint = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
    complaint.decision = "We repay the fee.".into();
    complaint.level = level;
    complaint.stage = stage;
    complaint.derive();
    complaint
}

#[test]
fn the_complainant_accepts_rejects_escalates_and_withdraws_and_does_nothing_else() {
    let his = |stage| at(stage, 0).successors(Side::Complainant);
    assert_eq!(his(S::Received), [S::Escalated, S::Withdrawn]);
    let judged = [
        S::Accepted,
        S::RejectedByComplainant,
        S::Escalated,
        S::Withdrawn,
    ];
    assert_eq!(his(S::ResponseProposed), judged);
    assert_eq!(his(S::DecisionCommunicated), judged);
    assert!(his(S::Closed).is_empty() && his(S::Withdrawn).is_empty());
}

#[test]
fn what_its_complainant_rejects_stays_open_until_every_level_was_tried() {
    let closes = |level| {
        let next = at(S::RejectedByComplainant, level).successors(Side::Handler);
        next.contains(&S::Closed)
    };
    assert_eq!([0, 1, 2, 3].map(closes), [false, false, false, true]);
}

#[test]
fn what_was_rejected_is_not_closed_by_way_of_another_decision() {
    let rejected = Step {
        stage: S::RejectedByComplainant,
        at: Timestamp(1),
        by: PersonRef::default(),
        note: String::new(),
        level: 0,
    };
    let next = |level| {
        let mut told = at(S::DecisionCommunicated, level);
        told.steps.push(rejected.clone());
        told.successors(Side::Handler)
    };
    assert_eq!(next(0), [S::Escalated]);
    assert_eq!(next(LEVELS), [S::Closed]);
    let never_rejected = at(S::DecisionCommunicated, 0).successors(Side::Handler);
    assert_eq!(never_rejected, [S::Closed]);
}

#[test]
fn what_is_looked_into_again_has_its_days_again() {
    let mut complaint = at(S::RejectedByComplainant, 0);
    let late = Timestamp(22 * DAY);
    assert!(complaint.is_overdue(late));
    complaint.look_again(late);
    assert!(!complaint.is_overdue(late));
    assert_eq!(complaint.due_at, Some(Timestamp(32 * DAY)));
    let acknowledged = complaint
        .targets
        .iter()
        .find(|t| t.stage == S::Acknowledged);
    assert_eq!(acknowledged.map(|t| t.due_at), Some(Timestamp(2 * DAY)));
}

#[test]
fn an_escalation_raises_the_level_up_to_the_last() {
    let mut complaint = at(S::Investigating, LEVELS - 1);
    complaint.move_to(S::Escalated);
    assert_eq!(complaint.level, LEVELS);
    complaint.move_to(S::Investigating);
    assert!(
        !complaint
            .successors(Side::Complainant)
            .contains(&S::Escalated)
    );
}

#[test]
fn a_decision_is_told_in_words() {
    let before = at(S::Investigating, 0);
    let mut after = before.clone();
    after.move_to(S::ResponseProposed);
    assert_eq!(before.check_move(&after, Side::Handler), Ok(()));
    after.decision = "  ".into();
    let refused = before.check_move(&after, Side::Handler);
    assert_eq!(refused.expect_err("no words").field, "decision");
}

#[test]
fn a_move_that_is_not_allowed_names_the_field() {
    let before = at(S::Received, 0);
    for (stage, side) in [
        (S::Closed, Side::Handler),
        (S::Accepted, Side::Complainant),
        (S::Acknowledged, Side::Complainant),
    ] {
        let after = at(stage, 0);
        let refused = before.check_move(&after, side).expect_err("not allowed");
        assert_eq!(refused.field, "stage");
    }
}

#[test]
fn every_stage_can_be_left_towards_an_end() {
    for stage in S::KNOWN {
        let mut seen = vec![(stage.clone(), 0)];
        let mut next = 0;
        let mut ended = stage.is_over();
        while let Some((stage, level)) = seen.get(next).cloned() {
            next += 1;
            for side in [Side::Complainant, Side::Handler] {
                for to in at(stage.clone(), level).successors(side) {
                    ended |= to == S::Closed;
                    let mut moved = at(stage.clone(), level);
                    moved.move_to(to);
                    let state = (moved.stage, moved.level);
                    if !seen.contains(&state) {
                        seen.push(state);
                    }
                }
            }
        }
        assert!(ended, "{stage} leads to no closure");
    }
}

#[test]
fn what_is_due_next_is_the_first_stage_ahead() {
    let days = |complaint: &Complaint| complaint.due_at.map(|at| at.0 / DAY);
    assert_eq!(days(&at(S::Received, 0)), Some(2));
    assert_eq!(days(&at(S::Acknowledged, 0)), Some(5));
    assert_eq!(days(&at(S::Investigating, 0)), Some(15));
    assert_eq!(days(&at(S::RejectedByComplainant, 1)), Some(15));
    assert_eq!(days(&at(S::Accepted, 0)), Some(30));
    assert_eq!(days(&at(S::Closed, 0)), None);
}

#[test]
fn nobody_judges_himself() {
    let person = |id: Option<u128>, name: &str| PersonRef {
        id: id.map(|id| Uuid::from_u128(id).into()),
        name: name.into(),
    };
    let judged = |handler, about| {
        Complaint {
            handler,
            about,
            ..at(S::Received, 0)
        }
        .is_judged_by_its_object()
    };
    assert!(judged(person(Some(1), "Ines"), person(Some(1), "Ines M.")));
    assert!(judged(person(Some(1), "Ines"), person(None, " ines ")));
    assert!(judged(person(Some(1), "Ines Öz"), person(None, "INES  ÖZ")));
    assert!(!judged(person(Some(1), "Ines"), person(Some(2), "Ines")));
    assert!(!judged(person(Some(1), "Ines"), PersonRef::default()));
    assert!(!judged(PersonRef::default(), PersonRef::default()));
}

#[test]
fn only_its_complainant_makes_a_confidential_complaint_known() {
    let kept = Complaint {
        confidential: true,
        ..at(S::Received, 0)
    };
    let known = Complaint {
        confidential: false,
        ..kept.clone()
    };
    assert_eq!(
        kept.check_move(&known, Side::Handler),
        Err(Invalid::new("confidential", Reason::NotAllowed))
    );
    assert_eq!(kept.check_move(&known, Side::Complainant), Ok(()));
    assert_eq!(known.check_move(&kept, Side::Handler), Ok(()));
}
