//! Reading parameters and filling answers: what several operations share.

use sae_models::sae::ChangeOrderRef;
use sae_transport::{Json, Slot};

use crate::domain::Refusal;

/// The answer of operations that start a change order or work on one.
pub fn change_order(id: String) -> ChangeOrderRef {
    let mut data = ChangeOrderRef::default();
    data.change_order_id = Some(id);
    data
}

/// A text, unless it is empty.
pub fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The value of a parameter that travels as JSON; refused if it is JSON of another kind.
pub fn structure<'a, T: Slot + Default>(
    parameter: &str,
    json: Option<&'a Json<T>>,
) -> Result<Option<&'a T>, Refusal> {
    match json {
        None => Ok(None),
        Some(json) => json.value().map(Some).ok_or_else(|| Refusal::invalid(parameter)),
    }
}

/// The value of a required parameter. The gateway has seen that it is there.
pub fn needed<T>(parameter: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::with("InvalidParameter.NotEmpty", [parameter]))
}
