//! JSON as people and their scripts write it, read so that nothing of it is dropped in silence.
//!
//! The API's bodies and the command line's files both come through here. Unlike `serde_json::Value`'s own reader this one finds
//! a key that stands twice in an object, leaves the digits of a whole number that no `u64` holds, and skips a byte order mark.

use std::fmt;

use protocol::Problem;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text was not taken.
#[derive(Debug)]
pub(crate) enum JsonProblem {
    /// It is no JSON, and this is the place.
    NotJson(String),
    /// Keys that stand twice in one object: a problem for each.
    Repeated(Vec<Problem>),
}

/// From this on not every whole number is a float: what was typed may have been another one.
const EXACT: f64 = 9e15;

/// The value that a text means.
pub(crate) fn read(text: &[u8]) -> Result<Value, JsonProblem> {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut repeated = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Reader { repeated: &mut repeated }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    let value = value.map_err(|error| JsonProblem::NotJson(error.to_string()))?;
    if repeated.is_empty() { Ok(value) } else { Err(JsonProblem::Repeated(repeated)) }
}

struct Reader<'a> {
    repeated: &'a mut Vec<Problem>,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        // As digits it is read as a field is, and is too large; as a float it would be no whole number.
        if value.fract() == 0.0 && value.abs() >= EXACT {
            return Ok(format!("{value:.0}").into());
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element_seed(Reader { repeated: self.repeated })? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Reader { repeated: self.repeated })?;
            if object.contains_key(&key) {
                self.repeated.push(Problem::new(&key, value.to_string(), "is the key's second value", "each key once"));
            } else {
                object.insert(key, value);
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn repeated(text: &str) -> Vec<String> {
        match read(text.as_bytes()) {
            Err(JsonProblem::Repeated(problems)) => problems.iter().map(ToString::to_string).collect(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_stands_once_is_read_as_serde_json_reads_it() {
        for text in [
            r#"{"a":[1,-2,0.5,true,null,"x\u00e9\n"],"b":{"a":{}},"c":18446744073709551615}"#,
            "[]",
            "40.0",
            r#""text""#,
            "8999999999999999.0",
        ] {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_named_at_any_depth() {
        assert_eq!(repeated(r#"{"seed":1,"seed":2}"#), ["seed: 2 is the key's second value; accepted: each key once"]);
        assert_eq!(repeated(r#"{"params":{"units":1,"units":1},"x":[{"y":1,"y":2}]}"#).len(), 2);
    }

    #[test]
    fn a_whole_number_that_no_integer_holds_keeps_its_digits() {
        for (text, digits) in
            [("18446744073709551616", "18446744073709551616"), ("1e16", "10000000000000000"), ("-1e20", "-100000000000000000000")]
        {
            assert_eq!(read(text.as_bytes()).unwrap(), json!(digits), "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_skipped_at_the_beginning_alone() {
        assert_eq!(read("\u{feff}{}".as_bytes()).unwrap(), json!({}));
        for text in ["\u{feff}\u{feff}{}", "{\u{feff}}", "", "{}{}", "{\"a\":1e400}", "\u{feff}"] {
            assert!(matches!(read(text.as_bytes()), Err(JsonProblem::NotJson(_))), "{text}");
        }
        assert!(matches!(read(&[b'"', 0xff, b'"']), Err(JsonProblem::NotJson(_))));
    }
}
