//! The two forms of what travels: compact for the page, JSON for people and tools.
//!
//! The page reads postcard, a format without names, with derived readers: types are plain structs and enums. JSON has the flat
//! objects that [the API promises](crate): a tag beside the fields, groups of figures. Types whose two forms differ ask the
//! format [`is_human_readable`](serde::Serializer::is_human_readable) and use the helpers here.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};

/// Implements serde's two traits for a type that derives them with `#[serde(remote = "Self")]`: that derived form in a compact
/// format, and in JSON as `json` and `of_json` of the type say.
macro_rules! two_forms {
    ($Type:ty) => {
        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() { self.json(serializer) } else { Self::serialize(self, serializer) }
            }
        }

        impl<'de> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() { Self::of_json(deserializer) } else { Self::deserialize(deserializer) }
            }
        }
    };
}
pub(crate) use two_forms;

/// A JSON object, read whole.
pub(crate) fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Json>, D::Error> {
    Map::deserialize(deserializer)
}

/// Takes a field out of an object; `null` and absent are the same.
pub(crate) fn take<T: DeserializeOwned, E: serde::de::Error>(object: &mut Map<String, Json>, name: &str) -> Result<Option<T>, E> {
    match object.remove(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => serde_json::from_value(value).map(Some).map_err(|error| E::custom(format!("{name}: {error}"))),
    }
}

/// The same of a field that must be there.
pub(crate) fn need<T: DeserializeOwned, E: serde::de::Error>(object: &mut Map<String, Json>, name: &'static str) -> Result<T, E> {
    take(object, name)?.ok_or_else(|| E::missing_field(name))
}

/// An enum's variant beside its fields: `{"started": {"plan": …}}` becomes `{"event": "started", "plan": …}` for the tag `event`.
pub(crate) fn write_tagged<M: SerializeMap>(map: &mut M, tag: &'static str, value: &impl Serialize) -> Result<(), M::Error> {
    match serde_json::to_value(value).map_err(M::Error::custom)? {
        Json::String(variant) => map.serialize_entry(tag, &variant),
        Json::Object(object) => {
            for (variant, fields) in object {
                map.serialize_entry(tag, &variant)?;
                for (name, field) in fields.as_object().into_iter().flatten() {
                    map.serialize_entry(name, field)?;
                }
            }
            Ok(())
        }
        _ => Err(M::Error::custom("only an enum of units and structs has a tag")),
    }
}

/// The inverse of [`write_tagged`]; the object has nothing but the tag and the variant's fields.
pub(crate) fn read_tagged<T: DeserializeOwned, E: serde::de::Error>(
    mut object: Map<String, Json>,
    tag: &'static str,
) -> Result<T, E> {
    let variant: String = need(&mut object, tag)?;
    let value =
        if object.is_empty() { Json::String(variant) } else { Json::Object(Map::from_iter([(variant, Json::Object(object))])) };
    serde_json::from_value(value).map_err(E::custom)
}

/// Figures by dotted keys as groups: `latency_ns.p50` becomes `"latency_ns": {"p50": …}`. Keys that share a group stand together,
/// because a map is in order.
pub(crate) fn write_grouped<M: SerializeMap, T: Serialize>(map: &mut M, figures: &BTreeMap<String, T>) -> Result<(), M::Error> {
    let mut group: Option<(&str, BTreeMap<&str, &T>)> = None;
    for (key, value) in figures {
        let (name, inner) = match key.split_once('.') {
            Some((name, inner)) => (name, Some(inner)),
            None => (key.as_str(), None),
        };
        if let Some((open, members)) = group.take_if(|(open, _)| inner.is_none() || *open != name) {
            map.serialize_entry(open, &members)?;
        }
        match inner {
            None => map.serialize_entry(name, value)?,
            Some(inner) => drop(group.get_or_insert((name, BTreeMap::new())).1.insert(inner, value)),
        }
    }
    group.map_or(Ok(()), |(open, members)| map.serialize_entry(open, &members))
}

/// The inverse of [`write_grouped`]: every number of the object, by its dotted key. What is no number is left in the object.
pub(crate) fn take_numbers(object: &mut Map<String, Json>) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    object.retain(|name, value| {
        match value {
            Json::Number(number) => figures.extend(number.as_f64().map(|number| (name.clone(), number))),
            Json::Object(group) if group.values().all(|value| value.is_number() || value.is_null()) => {
                let members = group.iter().filter_map(|(inner, value)| Some((format!("{name}.{inner}"), value.as_f64()?)));
                figures.extend(members);
            }
            _ => return true,
        }
        false
    });
    figures
}

/// A number as JSON has it: whole ones without a fraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) f64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Up to 2^53 a float holds every whole number.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self.0 {
            whole if whole.fract() == 0.0 && (0.0..=EXACT).contains(&whole) => serializer.serialize_u64(whole as u64),
            other => serializer.serialize_f64(other),
        }
    }
}

/// An error of a form that cannot be read.
pub(crate) fn wrong<'de, D: Deserializer<'de>>(words: impl std::fmt::Display) -> D::Error {
    D::Error::custom(words)
}
