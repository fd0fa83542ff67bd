//! A picture or its figures leave the page: into the clipboard, or where that is not to be had, into a file.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, ClipboardItem, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
};

use super::dom;
use crate::painter::ExportForm;

/// Twice as many pixels as CSS has: sharp on the screens and in the texts of today.
const SHARP: f64 = 2.0;

/// Gives a text out as `name.csv`, `name.svg` or `name.png`; the words for what came of it. A PNG is made of the text of an SVG.
pub async fn give_out(name: &str, form: ExportForm, text: &str) -> &'static str {
    match form {
        ExportForm::Csv | ExportForm::Svg if dom::copy(text).await => "Copied.",
        ExportForm::Csv => saved(name, "csv", blob(text, "text/csv").ok()),
        ExportForm::Svg => saved(name, "svg", blob(text, "image/svg+xml").ok()),
        ExportForm::Png => match bitmap(text).await {
            Ok(bitmap) if copied(&bitmap).await.is_ok() => "Copied.",
            bitmap => saved(name, "png", bitmap.ok()),
        },
    }
}

fn blob(text: &str, kind: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)
}

/// An SVG, drawn.
async fn bitmap(svg: &str) -> Result<Blob, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let address = Url::create_object_url_with_blob(&blob(svg, "image/svg+xml")?)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&address);
    let decoded = JsFuture::from(image.decode()).await;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    let (width, height) = (f64::from(image.natural_width()) * SHARP, f64::from(image.natural_height()) * SHARP);
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    Url::revoke_object_url(&address)?;
    decoded?;
    let made = js_sys::Promise::new(&mut |resolve, _| drop(canvas.to_blob(&resolve)));
    JsFuture::from(made).await?.dyn_into()
}

async fn copied(bitmap: &Blob) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let items = Object::new();
    Reflect::set(&items, &"image/png".into(), bitmap)?;
    let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&items)?;
    JsFuture::from(window.navigator().clipboard().write(&Array::of1(&item))).await?;
    Ok(())
}

/// Into the folder where a browser keeps what is downloaded.
fn saved(name: &str, ending: &str, blob: Option<Blob>) -> &'static str {
    let saved = blob.and_then(|blob| into_folder(&format!("{name}.{ending}"), &blob));
    saved.map_or("It could not be copied.", |()| "Saved as a file.")
}

fn into_folder(name: &str, blob: &Blob) -> Option<()> {
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlAnchorElement = web_sys::window()?.document()?.create_element("a").ok()?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Some(())
}

/// Saves bytes as a file of this name.
pub fn save(name: &str, bytes: &[u8]) {
    if let Ok(blob) = Blob::new_with_u8_array_sequence(&Array::of1(&js_sys::Uint8Array::from(bytes))) {
        into_folder(name, &blob);
    }
}
