//! Why a call made no more attempts.

/// Why a call that failed made no more attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryStop {
    /// Another attempt can't help: the request itself was refused.
    NotRetryable,
    /// The write may have been accepted: sent again it could be done twice.
    MayBeAccepted,
    /// All attempts that the policy allows were made.
    AttemptsUsedUp,
    /// The retry budget that all calls of the client share is spent.
    BudgetSpent,
    /// The time of the call was over, or would have been before the next attempt.
    Deadline,
}

impl RetryStop {
    /// In words, behind the number of attempts. Nothing where one attempt was made and nobody expects another.
    pub(crate) fn words(self, attempts: u32) -> Option<String> {
        let why = match self {
            Self::NotRetryable if attempts < 2 => return None,
            Self::NotRetryable => "the last failure is not one to repeat",
            Self::MayBeAccepted => "not repeated because it may have been accepted",
            Self::AttemptsUsedUp => "no more are allowed",
            Self::BudgetSpent => "the retry budget is spent",
            Self::Deadline => "no time is left for another",
        };
        let plural = if attempts == 1 { "" } else { "s" };
        Some(format!("{attempts} attempt{plural}, {why}"))
    }
}
