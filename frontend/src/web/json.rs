//! JSON by the browser's own parser and writer: for reading it is a [`Tree`].

use js_sys::{Array, Object, Reflect};
use protocol::experiment::METHOD;
use protocol::{Experiment, Value};
use wasm_bindgen::{JsCast, JsValue};

use super::read::Tree;

/// A value of the browser's.
#[derive(Debug)]
pub struct Json(JsValue);

impl Json {
    /// Parses a text; `None` where it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }
}

impl Tree for Json {
    fn at(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or(JsValue::UNDEFINED))
    }

    fn is_absent(&self) -> bool {
        self.0.is_undefined() || self.0.is_null()
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn list(&self) -> Option<Vec<Self>> {
        Array::is_array(&self.0).then(|| self.0.unchecked_ref::<Array>().iter().map(Self).collect())
    }

    fn entries(&self) -> Vec<(String, Self)> {
        let Some(object) = self.0.dyn_ref::<Object>() else { return Vec::new() };
        let names = Object::keys(object);
        names.iter().filter_map(|name| name.as_string()).map(|name| (name.clone(), self.at(&name))).collect()
    }
}

/// An experiment as the body of `POST /api/runs`.
#[must_use]
pub fn write(experiment: &Experiment) -> Option<String> {
    let (params, body) = (Object::new(), Object::new());
    for (name, value) in &experiment.params {
        set(&params, name, of_value(value));
    }
    for name in METHOD {
        experiment.value(name).iter().for_each(|value| set(&body, name, of_value(value)));
    }
    if let Some(sweep) = &experiment.sweep {
        let values: Array = sweep.values.iter().map(|value| JsValue::from(*value as f64)).collect();
        set(if METHOD.contains(&sweep.parameter.as_str()) { &body } else { &params }, &sweep.parameter, values.into());
    }
    set(&body, "workload", (&experiment.workload).into());
    set(&body, "params", params.into());
    set(&body, "models", experiment.models.iter().map(JsValue::from).collect::<Array>().into());
    js_sys::JSON::stringify(&body).ok()?.as_string()
}

fn of_value(value: &Value) -> JsValue {
    match value {
        Value::Integer(number) => (*number as f64).into(),
        Value::Text(word) => word.into(),
    }
}

fn set(object: &Object, name: &str, value: JsValue) {
    drop(Reflect::set(object, &name.into(), &value));
}
