//! Helpers for reading parameters and filling answers.

use sae_models::sae::{ChangeOrderRef, RelatedApplication};
use sae_transport::{Json, Slot};

use crate::domain::Refusal;
use crate::domain::reference::Related;

/// The answer of operations that start or change a change order.
pub fn change_order(id: String) -> ChangeOrderRef {
    let mut data = ChangeOrderRef::default();
    data.change_order_id = Some(id);
    data
}

/// A text; none if it is empty.
pub fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text that was sent; none if it is empty.
pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// The value of a JSON parameter. Refuses JSON of another type.
pub fn structure<'a, T: Slot + Default>(
    parameter: &str,
    json: Option<&'a Json<T>>,
) -> Result<Option<&'a T>, Refusal> {
    match json {
        None => Ok(None),
        Some(json) => json.value().map(Some).ok_or_else(|| Refusal::invalid(parameter)),
    }
}

/// The value of a required parameter. The gateway has refused calls without it.
pub fn needed<T>(parameter: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::with("InvalidParameter.NotEmpty", [parameter]))
}

/// The applications that use something.
pub fn related(users: &[Related]) -> Vec<RelatedApplication> {
    let answered = |user: &Related| {
        let mut data = RelatedApplication::default();
        data.app_id = text(&user.id);
        data.app_name = text(&user.name);
        data
    };
    users.iter().map(answered).collect()
}
