//! The stages ahead, with the day by which each is due, and those reached.

use super::{Known, of};
use crate::features::shared::{now, words};
use crate::i18n::{Msg, fmt, t, tf};
use crate::signals::memo;
use crate::ui::each;
use leptos::prelude::*;
use rapport_domain::{Complaint, ComplaintStage, Timestamp};

/// A stage of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    stage: ComplaintStage,
    due: Timestamp,
    reached: Option<Timestamp>,
    /// Whether it was not reached in time.
    late: bool,
}

/// The plan as it stands at `now`. What the complaint has passed without stopping there counts as
/// reached when it went on.
fn lines(complaint: &Complaint, now: Timestamp) -> Vec<Line> {
    let ahead = complaint.next_target().map(|target| target.due_at);
    let each = complaint.targets.iter().map(|target| {
        let reached = complaint.reached(&target.stage);
        let still_ahead = ahead.is_some_and(|ahead| target.due_at >= ahead);
        Line {
            stage: target.stage.clone(),
            due: target.due_at,
            reached,
            late: match reached {
                Some(at) => at > target.due_at,
                None => still_ahead && now > target.due_at,
            },
        }
    });
    each.collect()
}

/// The plan; nothing where there is none.
#[component]
pub fn Plan(complaint: Known) -> impl IntoView {
    let lines = memo(move || {
        let now = now();
        of(complaint, |complaint| lines(complaint, now))
    });
    let over = memo(move || of(complaint, |c| c.stage.is_over()));
    let one = move |line: Line| {
        let tone = match (&line.reached, line.late) {
            (_, true) => "late",
            (Some(_), false) => "done",
            (None, false) => "new",
        };
        let stage = line.stage.clone();
        let when = move || match line.reached {
            Some(at) => tf(Msg::plan_reached, &[("date", &fmt::date(at))]),
            None => tf(Msg::due_by, &[("date", &fmt::date(line.due))]),
        };
        view! {
            <li>
                <span class="state" data-s=tone>
                    {move || words::stage(&stage)}
                </span>
                <span class="quiet">
                    {when}
                    {move || line.late.then(|| format!(" · {}", t(Msg::plan_late)))}
                </span>
            </li>
        }
        .into_any()
    };
    move || {
        let shown = !lines.with(Vec::is_empty) && !over.get();
        shown.then(|| {
            view! {
                <section>
                    <h2>{t(Msg::complaint_plan)}</h2>
                    <ol class="plan">{each(move || lines.get(), Clone::clone, one)}</ol>
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rapport_domain::PersonRef;
    use rapport_domain::complaint::Step;
    use uuid::Uuid;

    const DAY: i64 = 86_400_000;

    #[test]
    fn what_is_reached_in_time_is_done_and_what_is_overdue_is_late() {
        let mut complaint = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        complaint.steps.push(Step {
            stage: ComplaintStage::Acknowledged,
            at: Timestamp(DAY),
            by: PersonRef::default(),
            note: String::new(),
            level: 0,
        });
        complaint.move_to(ComplaintStage::Acknowledged);
        let late = |days| {
            let lines = lines(&complaint, Timestamp(days * DAY));
            lines.iter().map(|line| line.late).collect::<Vec<_>>()
        };
        assert_eq!(late(3), [false; 5]);
        assert_eq!(late(6), [false, true, false, false, false]);
        assert_eq!(late(40), [false, true, true, true, true]);
    }
}
