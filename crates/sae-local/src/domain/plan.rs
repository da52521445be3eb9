//! Dividing the work of a change into batches.

use crate::domain::Millis;
use crate::domain::change_order::{Pipeline, Status};
use crate::domain::id::Ids;

/// How a change is divided into batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// Instances in a canary batch before the others; 0 for none.
    pub canary: usize,
    /// Number of batches after the canary batch.
    pub batches: usize,
    /// Whether the next batch starts without a confirmation.
    pub automatic: bool,
    /// The pause between two batches, in milliseconds; none for that of the configuration.
    pub wait: Option<Millis>,
}

impl Strategy {
    /// Everything in one batch.
    pub const WHOLE: Self = Self { canary: 0, batches: 1, automatic: true, wait: None };

    /// Batches that keep at least `minimum` instances; each has one instance at least.
    pub fn keeping(minimum: usize, instances: usize) -> Self {
        let batch = instances.saturating_sub(minimum).max(1);
        Self { batches: instances.div_ceil(batch).max(1), ..Self::WHOLE }
    }
}

/// The work of a change, all batches together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// How many instances to start.
    pub add: usize,
    /// Identifiers of the instances to stop, in this order.
    pub retire: Vec<String>,
    /// The least time that each batch takes, in milliseconds.
    pub lasts: Millis,
}

/// Divides the work into pipelines.
pub fn pipelines(work: Work, strategy: Strategy, ids: &mut Ids) -> Vec<Pipeline> {
    let total = work.add.max(work.retire.len());
    let canary = strategy.canary.min(total.saturating_sub(1));
    let batches = strategy.batches.clamp(1, (total - canary).max(1));
    let mut victims = work.retire.into_iter();
    let added = sizes(work.add, canary, batches);
    let retired = sizes(victims.len(), canary, batches);
    added
        .into_iter()
        .zip(retired)
        .map(|(add, retire)| {
            let mut retire: Vec<String> = victims.by_ref().take(retire).collect();
            retire.reverse();
            Pipeline {
                id: ids.uuid(),
                status: Status::Preparing,
                started: None,
                updated: None,
                add,
                retire,
                added: 0,
                retired: 0,
                lasts: work.lasts,
            }
        })
        .collect()
}

/// The sizes of the batches: a canary batch, if there is one, then even batches, of which the first ones take the
/// remainder.
fn sizes(total: usize, canary: usize, batches: usize) -> Vec<usize> {
    let first = canary.min(total);
    let rest = total - first;
    let even = (0..batches).map(|at| rest / batches + usize::from(at < rest % batches));
    (canary > 0).then_some(first).into_iter().chain(even).collect()
}

#[cfg(test)]
mod tests {
    use super::{Strategy, Work, pipelines, sizes};
    use crate::domain::id::Ids;

    #[test]
    fn batches_are_even_and_a_canary_goes_first() {
        for (total, canary, batches, expected) in [
            (5, 0, 1, vec![5]),
            (5, 0, 2, vec![3, 2]),
            (5, 1, 2, vec![1, 2, 2]),
            (0, 0, 2, vec![0, 0]),
            (2, 3, 1, vec![2, 0]),
        ] {
            assert_eq!(sizes(total, canary, batches), expected);
        }
    }

    #[test]
    fn there_are_no_more_batches_than_instances() {
        let cut = |add, canary, batches| {
            let strategy = Strategy { canary, batches, ..Strategy::WHOLE };
            let work = Work { add, ..Work::default() };
            pipelines(work, strategy, &mut Ids::new(1)).iter().map(|p| p.add).collect::<Vec<_>>()
        };
        assert_eq!(cut(2, 0, 5), [1, 1]);
        assert_eq!(cut(1, 1, 2), [1]);
        assert_eq!(cut(3, 1, 9), [1, 1, 1]);
        assert_eq!(cut(0, 0, 3), [0]);
    }

    #[test]
    fn a_minimum_decides_how_many_go_at_once() {
        for (minimum, instances, batches) in
            [(1, 2, 2), (0, 5, 1), (4, 5, 5), (9, 3, 3), (1, 4, 2), (1, 1, 1), (0, 0, 1)]
        {
            assert_eq!(Strategy::keeping(minimum, instances).batches, batches, "{minimum} of {instances}");
        }
    }
}
