//! Refusals and time limits that all operations of EDAS share.

use sae_models::sae;
use sae_transport::DynFields;

use crate::domain::Refusal;
use crate::domain::k8s::refusal::{ABSENT, CONFLICT, WRONG};
use crate::domain::refusal::{BUSY, NOT_DEPLOYED, WRONG_STATUS};
use crate::handlers::call::{Call, Handle};

/// The handler of an operation of EDAS.
///
/// A refusal of the domain becomes a code of the gateway if a parameter is missing or unreadable, otherwise a number in
/// the envelope with the message that SAE has for it.
pub fn handler<O: Handle>(call: &mut Call<'_>) -> Result<Box<dyn DynFields>, Refusal> {
    crate::handlers::call::handler::<O>(call).map_err(to_edas_refusal)
}

fn to_edas_refusal(refusal: Refusal) -> Refusal {
    let code = refusal.code();
    let number = match code {
        WRONG | ABSENT | CONFLICT => return refusal,
        "InvalidParameter.NotEmpty" => return Refusal::with("MissingParameter", refusal.arguments()),
        "InvalidParameter.Obviously" => return Refusal::with("InvalidParameter", refusal.arguments()),
        _ if [BUSY, WRONG_STATUS, NOT_DEPLOYED].iter().any(|conflict| conflict.code() == code) => CONFLICT,
        _ if code.ends_with(".NotFound") => ABSENT,
        _ => WRONG,
    };
    let message = sae::SERVICE.error(code).map_or(code, |info| info.message);
    Refusal::with(number, [refusal.message(message)])
}

/// Refuses a time limit outside 1 to 1,800 seconds. No operation here takes long enough to reach one.
pub fn check_timeout(seconds: Option<i64>) -> Result<(), Refusal> {
    match seconds {
        Some(seconds) if !(1..=1800).contains(&seconds) => Err(Refusal::invalid("Timeout")),
        _ => Ok(()),
    }
}
