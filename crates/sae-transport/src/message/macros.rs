//! The lines that every generated type has in common.

/// Makes structs with [`Fields`](crate::Fields) usable as values: slots of other structs, serde both ways, a redacting `Debug`. A
/// request, which must be one that can be sent, stands first: `object!(request ListThings; ListThingsOutput, Thing)`.
#[macro_export]
macro_rules! object {
    (request $request:ident; $($name:ident),+ $(,)?) => {
        $crate::value!(@each $request, $crate::request_serde::deserialize);
        $crate::value!($($name),+);
    };
    ($($name:ident),+ $(,)?) => {
        $crate::value!($($name),+);
    };
}
