//! The tables of generated code: a row for each field, a row for each setter.

/// Implements [`Fields`](crate::Fields): a row for each field with the method of the [`Visitor`](crate::Visitor) that shows it, its
/// name, and its names on the wire, today's first.
///
/// All that these macros write is `#[inline]`, so that code is made of the types that a program uses, and of no others.
///
/// ```
/// use sae_transport::slots::text_at;
/// use sae_transport::{UnknownMembers, field_table, object};
///
/// /// An account.
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Account {
///     id: Option<String>,
///     password: Option<String>,
///     regions: Vec<String>,
///     unknown_members: UnknownMembers,
/// }
///
/// field_table!(Account {
///     field id = "Id" | "Identifier",
///     secret password = "Password",
///     wrapped regions = "Regions" in "Region",
///     ..unknown_members
/// });
/// object!(Account);
///
/// let account: Account = serde_json::from_str(r#"{"Identifier":"a","Regions":{"Region":["b"]}}"#)?;
/// assert_eq!(text_at(&account, &["Id"]).as_deref(), Some("a"));
/// assert_eq!(account.regions, ["b"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! field_table {
    ($name:ident {
        $($show:ident $field:ident = $wire:literal $(| $other:literal)*,)*
        $(..$unknown:ident)?
    }) => {
        #[allow(deprecated, reason = "what is deprecated is still read and written")]
        impl $crate::Fields for $name {
            #[inline]
            fn slot(&mut self, wire_name: &str) -> ::std::option::Option<&mut dyn $crate::Slot> {
                match wire_name {
                    $($wire $(| $other)* => ::std::option::Option::Some(&mut self.$field),)*
                    _ => ::std::option::Option::None,
                }
            }

            #[inline]
            fn walk<'a>(&'a self, visitor: &mut dyn $crate::Visitor<'a>) {
                $(visitor.$show($wire, &self.$field);)*
            }

            $($crate::field_table!(@unknown $unknown);)?
        }
    };
    // Some lists are wrapped.
    ($name:ident {
        $($show:ident $field:ident = $wire:literal $(| $other:literal)* $(in $member:literal)?,)*
        $(..$unknown:ident)?
    }) => {
        #[allow(deprecated, reason = "what is deprecated is still read and written")]
        impl $crate::Fields for $name {
            #[inline]
            fn slot(&mut self, wire_name: &str) -> ::std::option::Option<&mut dyn $crate::Slot> {
                match wire_name {
                    $($wire $(| $other)* => ::std::option::Option::Some(&mut self.$field),)*
                    _ => ::std::option::Option::None,
                }
            }

            #[inline]
            fn walk<'a>(&'a self, visitor: &mut dyn $crate::Visitor<'a>) {
                $(visitor.$show($wire, $($member,)? &self.$field);)*
            }

            #[inline]
            fn wrapper(&self, wire_name: &str) -> ::std::option::Option<&'static str> {
                match wire_name {
                    $($wire $(| $other)* => $crate::field_table!(@member $($member)?),)*
                    _ => ::std::option::Option::None,
                }
            }

            $($crate::field_table!(@unknown $unknown);)?
        }
    };
    (@member) => {
        ::std::option::Option::None
    };
    (@member $member:literal) => {
        ::std::option::Option::Some($member)
    };
    (@unknown $unknown:ident) => {
        #[inline]
        fn unknown_members(&self) -> ::std::option::Option<&$crate::UnknownMembers> {
            ::std::option::Option::Some(&self.$unknown)
        }

        #[inline]
        fn unknown_members_mut(&mut self) -> ::std::option::Option<&mut $crate::UnknownMembers> {
            ::std::option::Option::Some(&mut self.$unknown)
        }
    };
}

/// Chained setters, inside of an `impl`: a row for each with its documentation, the name of its field, and what it takes, in `Some` where
/// the field is an `Option`.
///
/// ```
/// use sae_transport::setters;
///
/// /// A request.
/// #[derive(Default)]
/// pub struct Paint {
///     /// What is painted.
///     pub things: Vec<String>,
///     /// The colour.
///     pub colour: Option<String>,
/// }
///
/// impl Paint {
///     setters! {
///         /// Sets [`things`](#structfield.things).
///         things: (Vec<String>),
///         /// Sets [`colour`](#structfield.colour).
///         colour: Some(String),
///     }
/// }
///
/// let paint = Paint::default().things(["a".to_owned()]).colour("red");
/// assert_eq!(paint.colour.as_deref(), Some("red"));
/// ```
#[macro_export]
macro_rules! setters {
    ($($(#[$meta:meta])* $field:ident: $($some:ident)? ($takes:ty),)*) => {
        $(
            $(#[$meta])*
            #[must_use]
            pub fn $field(mut self, value: impl ::std::convert::Into<$takes>) -> Self {
                self.$field = $($some)? (value.into());
                self
            }
        )*
    };
}
