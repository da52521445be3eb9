//! The lines that types have in common.

/// Makes structs with [`Fields`](crate::Fields) usable as values: slots of other structs, serde both ways, a redacting `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! value {
    (@each $name:ident, $deserialize:path) => {
        impl $crate::Slot for $name {
            #[inline]
            fn is_scalar() -> bool {
                false
            }

            #[inline]
            fn put(&mut self, _: $crate::Scalar<'_>) -> bool {
                false
            }

            #[inline]
            fn open(&mut self) -> $crate::slots::Open<'_> {
                $crate::slots::Open::Object(self)
            }

            #[inline]
            fn view(&self) -> $crate::slots::View<'_> {
                $crate::slots::View::Object(self)
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::redact::object(stringify!($name), self, f)
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::serde_bridge::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $deserialize(deserializer)
            }
        }
    };
    ($($name:ident),+ $(,)?) => {
        $($crate::value!(@each $name, $crate::serde_bridge::deserialize);)+
    };
}

/// Makes an enum the closed set of strings that the documentation lists, with an arm `Unknown` for what the service adds later.
#[macro_export]
macro_rules! string_set {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        impl $name {
            /// The documented values, as they stand on the wire.
            pub const VALUES: &'static [&'static str] = &[$($wire),+];

            /// The value as it stands on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(value) => value.get(),
                }
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$variant,)+
                    _ => Self::Unknown($crate::Unknown::new(value.to_owned())),
                }
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Slot for $name {
            #[inline]
            fn is_scalar() -> bool {
                true
            }

            #[inline]
            fn put(&mut self, value: $crate::Scalar<'_>) -> bool {
                let text = value.text();
                let fits = !text.is_empty();
                if fits {
                    *self = Self::from(&*text);
                }
                fits
            }

            #[inline]
            fn open(&mut self) -> $crate::slots::Open<'_> {
                $crate::slots::Open::Scalar
            }

            #[inline]
            fn view(&self) -> $crate::slots::View<'_> {
                $crate::slots::View::Scalar($crate::Scalar::Text(self.as_str()))
            }
        }

        $crate::value_set!($name, String::new());
    };
}

/// Makes an enum the closed set of numbers that the documentation lists, with an arm `Unknown` for what the service adds later.
#[macro_export]
macro_rules! number_set {
    ($name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        impl $name {
            /// The documented values, as they stand on the wire.
            pub const VALUES: &'static [i64] = &[$($wire),+];

            /// The value as it stands on the wire.
            #[inline]
            pub fn as_i64(&self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(value) => *value.get(),
                }
            }
        }

        impl From<i64> for $name {
            #[inline]
            fn from(value: i64) -> Self {
                match value {
                    $($wire => Self::$variant,)+
                    _ => Self::Unknown($crate::Unknown::new(value)),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl $crate::Slot for $name {
            #[inline]
            fn is_scalar() -> bool {
                true
            }

            #[inline]
            fn put(&mut self, value: $crate::Scalar<'_>) -> bool {
                let mut number = 0_i64;
                let fits = $crate::Slot::put(&mut number, value);
                if fits {
                    *self = Self::from(number);
                }
                fits
            }

            #[inline]
            fn open(&mut self) -> $crate::slots::Open<'_> {
                $crate::slots::Open::Scalar
            }

            #[inline]
            fn view(&self) -> $crate::slots::View<'_> {
                $crate::slots::View::Scalar($crate::Scalar::Int(self.as_i64()))
            }
        }

        $crate::value_set!($name, -1);
    };
}

/// What [`string_set!`] and [`number_set!`] share.
#[doc(hidden)]
#[macro_export]
macro_rules! value_set {
    ($name:ident, $nothing:expr) => {
        /// No documented value, as left by a service that says nothing.
        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::Unknown($crate::Unknown::new($nothing))
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::serde_bridge::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::serde_bridge::deserialize(deserializer)
            }
        }
    };
}

/// A value outside the documented set, kept as it came. Only the service makes one; a person goes through `From`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unknown<T>(T);

impl<T> Unknown<T> {
    #[doc(hidden)]
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn get(&self) -> &T {
        &self.0
    }
}
