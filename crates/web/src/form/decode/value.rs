use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, Visitor,
    value::StringDeserializer,
};

use super::{Attempt, Error, STAND_INS};

/// The value of one field, as the attempt wants it.
pub(super) struct FieldValue<'a> {
    text: String,
    all: Vec<&'a str>,
    /// Some value of the type is wanted, not what was sent.
    stand_in: bool,
    /// The last stand-in: an optional field is simply empty.
    nothing: bool,
}

impl<'a> FieldValue<'a> {
    pub(super) fn new(sent: &[&'a str], attempt: &Attempt) -> Self {
        let last = sent.last().copied().unwrap_or_default();
        let text = match attempt {
            Attempt::AsSent => last,
            Attempt::Rewritten(other) => other,
            Attempt::Absent => "",
            Attempt::StandIn(index) => STAND_INS.get(*index).map_or("", |it| it.0),
        };
        let stand_in = matches!(attempt, Attempt::StandIn(_));
        Self {
            text: text.to_owned(),
            all: if stand_in { vec![] } else { sent.to_vec() },
            stand_in,
            nothing: matches!(attempt, Attempt::StandIn(index) if *index >= STAND_INS.len()),
        }
    }

    fn one(text: &'a str) -> Self {
        Self {
            text: text.to_owned(),
            all: vec![text],
            stand_in: false,
            nothing: false,
        }
    }

    fn number<N: std::str::FromStr>(&self) -> Result<N, Error> {
        let text = if self.stand_in {
            "0".to_owned()
        } else {
            plain_number(&self.text)
        };
        text.parse().map_err(|_| Error::Bad("number".to_owned()))
    }
}

/// `1 234,5` as Rust reads it; what is no number stays as it is.
fn plain_number(text: &str) -> String {
    kernel::decimal::parse(text).map_or_else(|_| text.to_owned(), |it| it.to_string())
}

macro_rules! numbers {
    ($($method:ident $visit:ident),+ $(,)?) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.number()?)
        }
    )+ };
}

impl<'de> Deserializer<'de> for FieldValue<'_> {
    type Error = Error;

    /// Asked by decimals, which read a text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(plain_number(&self.text))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text.as_str() {
            "on" | "true" | "1" | "yes" => visitor.visit_bool(true),
            "" | "off" | "false" | "0" | "no" => visitor.visit_bool(false),
            _ if self.stand_in => visitor.visit_bool(false),
            _ => Err(Error::Bad("choice".to_owned())),
        }
    }

    numbers! {
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32,
        deserialize_i64 visit_i64, deserialize_u8 visit_u8, deserialize_u16 visit_u16,
        deserialize_u32 visit_u32, deserialize_u64 visit_u64, deserialize_f32 visit_f32,
        deserialize_f64 visit_f64,
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.nothing || self.text.is_empty() {
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let filled: Vec<&str> = self.all.into_iter().filter(|it| !it.is_empty()).collect();
        visitor.visit_seq(All {
            values: filled.into_iter(),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let first = variants.first().copied().unwrap_or_default();
        let name = if self.stand_in {
            first.to_owned()
        } else {
            self.text
        };
        visitor.visit_enum(Choice(name.into_deserializer()))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier
    }
}

struct All<'a> {
    values: std::vec::IntoIter<&'a str>,
}

impl<'de> SeqAccess<'de> for All<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.values
            .next()
            .map(|it| seed.deserialize(FieldValue::one(it)))
            .transpose()
    }
}

/// One of the variants without fields, by its name.
struct Choice(StringDeserializer<Error>);

impl<'de> EnumAccess<'de> for Choice {
    type Error = Error;
    type Variant = <StringDeserializer<Error> as EnumAccess<'de>>::Variant;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self::Variant), Error> {
        self.0.variant_seed(seed)
    }
}
