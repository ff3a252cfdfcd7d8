//! Enumerations that a backend may extend: known values by name, any other text kept as it came.

/// Declares an enum of known words plus `Other(String)`. It is written as a plain string in every
/// format, so an unknown word survives a round trip unchanged and is shown as the backend wrote it.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A word of the backend that we do not know; shown and written back unchanged.
            Other(String),
        }

        impl $name {
            /// Every value we know, in the order of declaration.
            pub const KNOWN: &'static [$name] = &[$($name::$variant),+];

            /// The word that stands for this value on the wire and on disk.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $($name::$variant => $word,)+ $name::Other(word) => word }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word { $($word => $name::$variant,)+ other => $name::Other(other.to_owned()) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(d)?;
                Ok(Self::from(word.as_str()))
            }
        }

        impl $crate::plain::Plain for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Word(|| {
                Self::KNOWN.iter().map(ToString::to_string).collect()
            });
            const LIST: $crate::schema::Shape = $crate::schema::Shape::List(&$crate::schema::Shape::Text);

            fn take(value: Option<&serde_json::Value>) -> Option<Self> {
                Some(Self::from(value.and_then(serde_json::Value::as_str).unwrap_or_default()))
            }

            fn put(&self) -> serde_json::Value {
                match self.as_str() {
                    "" => serde_json::Value::Null,
                    word => serde_json::Value::from(word),
                }
            }
        }
    };
}

pub(crate) use open_enum;
