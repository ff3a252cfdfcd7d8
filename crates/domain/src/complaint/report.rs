//! What the register of complaints says as a whole: how many stand where, and how long each stage took
//! against its date (ISO 10002:2018, 8.2 asks for such figures to be kept and looked at).

use super::{Complaint, ComplaintStage, PLAN};
use crate::time::Timestamp;

/// Figures over a set of complaints.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How many there are.
    pub total: usize,
    /// How many are not over.
    pub open: usize,
    /// How many have a stage that is overdue.
    pub overdue: usize,
    /// How many were escalated at least once.
    pub escalated: usize,
    /// How many stand at each stage, in the order of the stages; those without any are left out.
    pub by_stage: Vec<(ComplaintStage, usize)>,
    /// How long each planned stage took.
    pub times: Vec<StageTime>,
}

/// How long it took to reach a stage, from receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct StageTime {
    /// The stage.
    pub stage: ComplaintStage,
    /// How many complaints reached it.
    pub reached: usize,
    /// How many of those by their date; those without a date count as in time.
    pub on_time: usize,
    /// The median in milliseconds; of an even number the mean of the middle two. `None` without any.
    pub median: Option<i64>,
    /// The longest in milliseconds.
    pub longest: Option<i64>,
}

/// The figures at `now`.
#[must_use]
pub fn report(complaints: &[Complaint], now: Timestamp) -> Report {
    let count = |holds: &dyn Fn(&Complaint) -> bool| complaints.iter().filter(|c| holds(c)).count();
    let stages = ComplaintStage::KNOWN.iter();
    let by_stage = stages.map(|stage| (stage.clone(), count(&|c| c.stage == *stage)));
    let mut by_stage: Vec<_> = by_stage.filter(|(_, count)| *count > 0).collect();
    let known = |stage: &ComplaintStage| !matches!(stage, ComplaintStage::Other(_));
    let others = count(&|c| !known(&c.stage));
    if others > 0 {
        by_stage.push((ComplaintStage::Other(String::new()), others));
    }
    Report {
        total: complaints.len(),
        open: count(&|c| !c.stage.is_over()),
        overdue: count(&|c| c.is_overdue(now)),
        escalated: count(&|c| c.level > 0),
        by_stage,
        times: PLAN
            .iter()
            .map(|(stage, _)| time(complaints, stage))
            .collect(),
    }
}

fn time(complaints: &[Complaint], stage: &ComplaintStage) -> StageTime {
    let mut took = Vec::new();
    let mut on_time = 0;
    for complaint in complaints {
        let first = complaint.steps.iter().find(|step| step.stage == *stage);
        let Some(step) = first else { continue };
        took.push(step.at.millis_since(complaint.received()).max(0));
        let due = complaint
            .targets
            .iter()
            .find(|target| target.stage == *stage);
        if due.is_none_or(|target| step.at <= target.due_at) {
            on_time += 1;
        }
    }
    took.sort_unstable();
    StageTime {
        stage: stage.clone(),
        reached: took.len(),
        on_time,
        median: median(&took),
        longest: took.last().copied(),
    }
}

fn median(sorted: &[i64]) -> Option<i64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle.checked_sub(1)?)?;
    Some(lower + (upper - lower) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complaint::Step;
    use crate::party::PersonRef;
    use ComplaintStage as S;
    use uuid::Uuid;

    const DAY: i64 = 86_400_000;

    fn complaint(steps: &[(S, i64)]) -> Complaint {
        let mut complaint = Complaint::new(Uuid::from_u128(1).into(), Timestamp(0));
        complaint.stamp.received_at = Some(Timestamp(0));
        for (stage, day) in steps {
            complaint.move_to(stage.clone());
            complaint.steps.push(Step {
                stage: stage.clone(),
                at: Timestamp(day * DAY),
                by: PersonRef::default(),
                note: String::new(),
                level: complaint.level,
            });
        }
        complaint
    }

    #[test]
    fn counts_and_times_are_those_of_the_steps() {
        let all = [
            complaint(&[(S::Acknowledged, 1)]),
            complaint(&[(S::Acknowledged, 3), (S::Escalated, 4)]),
            complaint(&[(S::Acknowledged, 2), (S::Assessed, 4), (S::Withdrawn, 5)]),
        ];
        let report = report(&all, Timestamp(6 * DAY));
        assert_eq!((report.total, report.open, report.escalated), (3, 2, 1));
        assert_eq!(
            report.overdue, 1,
            "only the one whose assessment was due on day 5"
        );
        let count = |stage| {
            report
                .by_stage
                .iter()
                .find(|(s, _)| *s == stage)
                .map(|(_, n)| *n)
        };
        assert_eq!(
            [S::Acknowledged, S::Escalated, S::Closed].map(count),
            [Some(1), Some(1), None]
        );
        let times = &report.times[0];
        assert_eq!((times.reached, times.on_time), (3, 2));
        assert_eq!(
            (times.median, times.longest),
            (Some(2 * DAY), Some(3 * DAY))
        );
        assert_eq!(report.times[4].median, None);
    }

    #[test]
    fn a_stage_that_was_reached_twice_took_until_the_first_time() {
        let one = complaint(&[
            (S::ResponseProposed, 10),
            (S::RejectedByComplainant, 11),
            (S::ResponseProposed, 20),
        ]);
        assert_eq!(report(&[one], Timestamp(0)).times[2].median, Some(10 * DAY));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(&[1, 2, 4, 9]), Some(3));
        assert_eq!(median(&[5]), Some(5));
        assert_eq!(median(&[]), None);
    }
}
