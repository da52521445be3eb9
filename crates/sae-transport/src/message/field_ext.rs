//! Reading fields that an answer may leave out.

use std::fmt::{self, Display};

use super::error::{Error, ErrorKind};

/// Reads a field of an answer without looking whether it is there.
///
/// The service may leave out any field, so that fields are `Option`s. To show one, use [`or_dash`](Self::or_dash); to go on with its
/// value, use [`or_missing`](Self::or_missing). Neither changes the answer.
///
/// ```
/// use sae_transport::FieldExt;
///
/// let (name, instances) = (Some("shop"), None::<i64>);
/// assert_eq!(format!("{}: {} instances", name.or_dash(), instances.or_dash()), "shop: - instances");
/// assert_eq!(name.or_missing("AppName")?, "shop");
/// assert_eq!(instances.or_missing("Instances").unwrap_err().to_string(), "the answer has no Instances");
/// # Ok::<(), sae_transport::Error>(())
/// ```
pub trait FieldExt {
    /// The value that may be there.
    type Value;

    /// Shows the value, or `-` where there is none. Width and alignment of a format apply to both.
    fn or_dash(&self) -> OrDash<'_, Self::Value>
    where
        Self::Value: Display;

    /// The value, or an error of the kind [`ErrorKind::Decode`] that says which field is missing. `field` is its name for people.
    fn or_missing(self, field: &str) -> Result<Self::Value, Error>;
}

impl<T> FieldExt for Option<T> {
    type Value = T;

    fn or_dash(&self) -> OrDash<'_, T>
    where
        T: Display,
    {
        OrDash(self.as_ref())
    }

    fn or_missing(self, field: &str) -> Result<T, Error> {
        self.ok_or_else(|| Error::new(ErrorKind::Decode, format!("the answer has no {field}")))
    }
}

/// A value, or `-` where there is none: made by [`FieldExt::or_dash`].
#[derive(Clone, Copy, Debug)]
pub struct OrDash<'a, T>(Option<&'a T>);

impl<T: Display> Display for OrDash<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => value.fmt(f),
            None => f.pad("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, FieldExt};

    #[test]
    fn a_format_applies_to_what_is_there_and_to_the_dash() {
        let (there, absent) = (Some(2), None::<i64>);
        assert_eq!(format!("[{:>3}] [{:>3}]", there.or_dash(), absent.or_dash()), "[  2] [  -]");
        assert_eq!(format!("[{:03}]", there.or_dash()), "[002]");
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = None::<String>.or_missing("AppId").expect_err("there is none");
        assert_eq!(
            (missing.kind(), missing.to_string().as_str()),
            (ErrorKind::Decode, "the answer has no AppId")
        );
        assert_eq!(Some("shop").or_missing("AppId").ok(), Some("shop"));
    }
}
