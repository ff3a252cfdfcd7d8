//! What the counts say, and how surely.
//!
//! Every score comes with the interval which, with 95 of 100 samples, holds what all who could have been
//! asked would say. The correction for a finite population is *not* applied, even where half of all
//! customers answered: whoever is asked stands for those who will be served tomorrow as well, and
//! without it an interval is rather too wide than too narrow. No interval heals a sample that is not
//! representative: see [`ResponseRate`].

use super::question::QuestionKind;
use super::tally::QuestionTally;
use serde::{Deserialize, Serialize};

/// Quantile of the normal distribution for 95 %, both sides.
const Z: f64 = 1.959_963_984_540_054;

/// Least number of answers for a share: below it, one person moves the share by more than ten points.
/// The interval needs no more than that, for it is the one which Brown, Cai and DasGupta (2001),
/// Statistical Science 16:101–133, recommend for small samples.
pub const LEAST_FOR_SHARE: u32 = 10;

/// Least number of answers for a net promoter score or a mean: their intervals take the estimate to be
/// normally distributed, which the textbooks' rule of thumb grants from here on. Rocks (2016), The
/// American Statistician 70:365–372, finds such an interval of a net promoter score worse than those
/// that adjust for few answers, hence the caution.
pub const LEAST_FOR_NORMAL: u32 = 30;

/// A score with its uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// What was asked, which tells the unit: `csat` is a share from 0 to 1, `nps` points from −100 to
    /// 100, `ces` a mean from 1 to 7.
    pub kind: QuestionKind,
    /// How many answered.
    pub n: u32,
    /// The score.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Whether there are too few answers to go by the score or its interval. One rule holds: there
    /// must be so many answers that the interval's method serves ([`LEAST_FOR_SHARE`],
    /// [`LEAST_FOR_NORMAL`]), and where it is made from the spread of the answers, there must be one:
    /// promoters as well as detractors, or more than one point of effort. Where all answer alike such an
    /// interval shrinks to nothing, as if nobody could ever think otherwise.
    pub too_small: bool,
}

/// The score of a question of kind `csat`, `nps` or `ces`; `None` for other kinds and where nobody
/// answered. Only counts of points of the scale are looked at.
#[must_use]
pub fn of(tally: &QuestionTally) -> Option<Score> {
    let (least, greatest) = tally.kind.scale()?;
    let points = || (least..=greatest).map(|point| tally.count_of(None, &point.to_string()));
    let sum = |from: u32, to: u32| {
        (least..=greatest)
            .zip(points())
            .filter(|(point, _)| (from..=to).contains(point))
            .fold(0_u32, |sum, (_, count)| sum.saturating_add(count))
    };
    match tally.kind {
        QuestionKind::Csat => csat(sum(4, 5), sum(1, 3)),
        QuestionKind::Nps => nps(sum(9, 10), sum(7, 8), sum(0, 6)),
        _ => ces(points()),
    }
}

/// Customer satisfaction: the share of those who answered 4 or 5 of 5, with the score interval of
/// E. B. Wilson (1927), Journal of the American Statistical Association 22:209–212, as in Newcombe
/// (1998), Statistics in Medicine 17:857–872, method 3.
#[must_use]
pub fn csat(satisfied: u32, others: u32) -> Option<Score> {
    let n = f64::from(satisfied) + f64::from(others);
    if n == 0.0 {
        return None;
    }
    let share = f64::from(satisfied) / n;
    let middle = 2.0 * f64::from(satisfied) + Z * Z;
    let reach = Z * (Z * Z + 4.0 * f64::from(satisfied) * (1.0 - share)).sqrt();
    // Rounding can put an end just beyond the scale.
    let end = |end: f64| (end / (2.0 * (n + Z * Z))).clamp(0.0, 1.0);
    Some(Score {
        kind: QuestionKind::Csat,
        n: satisfied.saturating_add(others),
        value: share,
        low: end(middle - reach),
        high: end(middle + reach),
        too_small: n < f64::from(LEAST_FOR_SHARE),
    })
}

/// Net promoter score: the share of promoters (9 and 10) less that of detractors (0 to 6), in points,
/// with the normal interval. Both shares come from one multinomial sample, so that the variance of their
/// difference is (p + d − (p − d)²) / n.
#[must_use]
pub fn nps(promoters: u32, passives: u32, detractors: u32) -> Option<Score> {
    let n = f64::from(promoters) + f64::from(passives) + f64::from(detractors);
    if n == 0.0 {
        return None;
    }
    let (p, d) = (f64::from(promoters) / n, f64::from(detractors) / n);
    let net = p - d;
    let variance = (p + d - net * net) / n;
    let reach = Z * variance.sqrt();
    let points = |share: f64| (100.0 * share).clamp(-100.0, 100.0);
    Some(Score {
        kind: QuestionKind::Nps,
        n: promoters
            .saturating_add(passives)
            .saturating_add(detractors),
        value: points(net),
        low: points(net - reach),
        high: points(net + reach),
        too_small: n < f64::from(LEAST_FOR_NORMAL) || promoters == 0 || detractors == 0,
    })
}

/// Customer effort: the mean of the points from 1 to 7, given how often each was answered, with the
/// normal interval from the variance of the sample (divided by n − 1). A single answer has no such
/// variance and says nothing about others: its interval is the whole scale.
#[must_use]
pub fn ces(counts: impl IntoIterator<Item = u32>) -> Option<Score> {
    let counts: Vec<(f64, u32)> = (1_u32..=7).map(f64::from).zip(counts).collect();
    let total = |of: &dyn Fn(f64) -> f64| {
        let terms = counts
            .iter()
            .map(|(point, count)| of(*point) * f64::from(*count));
        terms.sum::<f64>()
    };
    let n = total(&|_| 1.0);
    if n == 0.0 {
        return None;
    }
    let mean = total(&|point| point) / n;
    let squares = total(&|point| (point - mean).powi(2));
    let reach = if n > 1.0 {
        Z * (squares / (n - 1.0) / n).sqrt()
    } else {
        f64::INFINITY
    };
    let alike = counts.iter().filter(|(_, count)| *count > 0).count() < 2;
    Some(Score {
        kind: QuestionKind::Ces,
        n: counts
            .iter()
            .fold(0, |n, (_, count)| n.saturating_add(*count)),
        value: mean,
        low: (mean - reach).clamp(1.0, 7.0),
        high: (mean + reach).clamp(1.0, 7.0),
        too_small: n < f64::from(LEAST_FOR_NORMAL) || alike,
    })
}

/// How many of those who were asked answered. Those who did not may think otherwise, so results name
/// it beside every score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseRate {
    /// How many answered.
    pub answered: u32,
    /// How many were invited.
    pub invited: u32,
}

impl ResponseRate {
    /// The share, from 0 to 1; `None` where nobody was invited. More answers than invitations (a link
    /// that was passed on) count as all.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.invited > 0).then(|| (f64::from(self.answered) / f64::from(self.invited)).min(1.0))
    }
}

#[cfg(test)]
mod tests;
