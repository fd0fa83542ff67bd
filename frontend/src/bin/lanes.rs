//! The entry of the page's fourth module: on the page's own thread it is the controls of the lanes, in a worker their painter.

use frontend::lanes::{controls, painter};
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => painter::serve(scope),
        Err(_) => controls::watch(),
    }
}
