//! The keys of every object in a profile. The checker refuses any other key, and a test holds these
//! tables and `profiles/profile.schema.json` together.

/// The keys of one kind of object.
#[derive(Debug)]
pub struct Keys {
    /// The name of the definition in the JSON Schema.
    #[cfg(test)]
    pub name: &'static str,
    /// Keys that must be there.
    pub required: &'static [&'static str],
    /// Keys that may be there.
    pub optional: &'static [&'static str],
}

impl Keys {
    /// Every key.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

macro_rules! keys {
    ($($(#[$meta:meta])* $constant:ident = $name:literal [$($required:literal),*] [$($optional:literal),*];)+) => {
        $($(#[$meta])* pub const $constant: Keys = Keys {
            #[cfg(test)]
            name: $name,
            required: &[$($required),*],
            optional: &[$($optional),*],
        };)+

        /// Every table.
        #[cfg(test)]
        pub const ALL: &[&Keys] = &[$(&$constant),+];
    };
}

keys! {
    /// The whole document.
    PROFILE = "profile"
        ["profile", "name", "auth", "resources", "pull"]
        ["$schema", "description", "connection", "ids", "dedupe", "codecs", "default_codecs", "hints",
         "errors", "limits"];
    /// Where the backend is.
    CONNECTION = "connection" [] ["base", "origins", "headers"];
    /// Signing in.
    AUTH = "auth"
        ["kind", "sign_in", "who_am_i"]
        ["persist", "header", "prefix", "sign_out"];
    /// Recognising repeated writes.
    DEDUPE = "dedupe" ["kind"] ["header"];
    /// Codecs by shape.
    DEFAULT_CODECS = "default_codecs" [] ["text", "localized", "id", "person", "time"];
    /// Hints at changes.
    HINTS = "hints" ["kind", "url"] [];
    /// Limits of replies.
    LIMITS = "limits" [] ["reply_bytes", "rows"];
    /// A kind of record.
    RESOURCE = "resource" ["read"] ["create", "update", "download", "max_bytes"];
    /// A rule that reads a value.
    READ_RULE = "read_rule" [] ["at", "constant", "default", "codec", "each", "item"];
    /// A rule that writes a value.
    WRITE_RULE = "write_rule" [] ["field", "constant", "codec", "each", "missing"];
    /// A plain call.
    CALL = "call" ["url"] ["method", "headers", "variables", "success", "errors"];
    /// The call that signs in.
    SIGN_IN = "sign_in"
        ["url", "user"]
        ["method", "headers", "json", "token", "success", "errors"];
    /// The call that asks who is signed in.
    WHO_AM_I = "who_am_i" ["url", "user"] ["method", "headers", "success", "errors"];
    /// A call that writes.
    WRITE = "write"
        ["url"]
        ["method", "headers", "variables", "json", "file", "success", "errors", "result", "look_up",
         "anonymous"];
    /// What a reply to a write holds.
    RESULT = "result" [] ["record", "id", "version"];
    /// One value of a reply.
    RESULT_VALUE = "result_value" [] ["at", "header", "codec"];
    /// Whether a write arrived.
    LOOK_UP = "look_up"
        ["url"]
        ["method", "headers", "variables", "success", "errors", "absent", "items", "reference", "result"];
    /// A feed of changes.
    FEED = "feed"
        ["kind", "url", "items", "type", "types", "record", "cursor"]
        ["method", "headers", "success", "errors", "id", "deleted", "more"];
    /// What errors mean.
    ERRORS = "errors" [] ["title", "detail", "fields", "current", "media_types", "rules"];
    /// Words on single fields.
    FIELD_ERRORS = "field_errors" ["items", "field", "message"] ["remedy"];
    /// One rule of an error table.
    ERROR_RULE = "error_rule" ["class"] ["status", "at", "is", "contains"];
    /// A codec with settings.
    CODEC = "codec_object" [] ["enum", "text_map", "person", "local_time"];
    /// A table of words.
    ENUM = "enum_codec" ["table"] ["write", "other", "type"];
    /// Texts by language.
    TEXT_MAP = "text_map_codec" [] ["default", "by_language"];
    /// A person.
    PERSON = "person_codec" [] ["id", "name"];
    /// Date and time without an offset.
    LOCAL_TIME = "local_time_codec" ["zone"] ["separator", "fraction"];
}
