//! The browser's database (IndexedDB), as far as the history needs it. Natively it compiles, and is never opened.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

const NAME: &str = "interleave";
const VERSION: u32 = 1;
const ENTRIES: &str = "entries";
const CAPSULES: &str = "capsules";

/// The history's database, open.
#[derive(Debug)]
pub struct Database(IdbDatabase);

impl Database {
    /// Opens it; makes it if it is not there.
    ///
    /// # Errors
    /// Why the browser does not give it, in a sentence.
    pub async fn open() -> Result<Self, String> {
        let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).map_err(|error| refused(&error))?;
        let factory: IdbFactory = factory.dyn_into().map_err(|_| "It has no database for pages.".to_owned())?;
        let request = factory.open_with_u32(NAME, VERSION).map_err(|error| refused(&error))?;
        let made = request.clone();
        // Of a version before, which is none.
        let upgrade = Closure::once_into_js(move || {
            if let Ok(database) = made.result().and_then(JsCast::dyn_into::<IdbDatabase>) {
                for store in [ENTRIES, CAPSULES] {
                    drop(database.create_object_store(store));
                }
            }
        });
        request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
        let opened = done(&request).await?;
        let database: IdbDatabase = opened.dyn_into().map_err(|_| "What it opened is no database.".to_owned())?;
        // A page of a later version, in another tab, must not wait for this one.
        let old = database.clone();
        let closes: Closure<dyn FnMut()> = Closure::new(move || old.close());
        database.set_onversionchange(Some(closes.as_ref().unchecked_ref()));
        closes.forget();
        Ok(Self(database))
    }

    pub(super) async fn entries(&self) -> Result<Vec<(String, String)>, String> {
        let (_, entries, _) = self.begin(IdbTransactionMode::Readonly)?;
        let (keys, texts) =
            (entries.get_all_keys().map_err(|error| refused(&error))?, entries.get_all().map_err(|error| refused(&error))?);
        let (keys, texts): (Array, Array) = (done(&keys).await?.unchecked_into(), done(&texts).await?.unchecked_into());
        let text = |value: JsValue| value.as_string().unwrap_or_default();
        Ok(keys.iter().zip(texts.iter()).map(|(key, value)| (text(key), text(value))).collect())
    }

    pub(super) async fn entry(&self, run: &str) -> Result<Option<String>, String> {
        let (_, entries, _) = self.begin(IdbTransactionMode::Readonly)?;
        Ok(done(&entries.get(&run.into()).map_err(|error| refused(&error))?).await?.as_string())
    }

    pub(super) async fn capsule(&self, run: &str) -> Result<Option<Vec<u8>>, String> {
        let (_, _, capsules) = self.begin(IdbTransactionMode::Readonly)?;
        let found = done(&capsules.get(&run.into()).map_err(|error| refused(&error))?).await?;
        Ok(found.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }

    pub(super) async fn put(&self, run: &str, entry: &str, capsule: Option<&[u8]>) -> Result<(), String> {
        let (transaction, entries, capsules) = self.begin(IdbTransactionMode::Readwrite)?;
        entries.put_with_key(&entry.into(), &run.into()).map_err(|error| refused(&error))?;
        if let Some(capsule) = capsule {
            capsules.put_with_key(&Uint8Array::from(capsule), &run.into()).map_err(|error| refused(&error))?;
        }
        ended(&transaction).await
    }

    pub(super) async fn remove(&self, runs: &[String]) -> Result<(), String> {
        let (transaction, entries, capsules) = self.begin(IdbTransactionMode::Readwrite)?;
        for run in runs {
            entries.delete(&run.into()).map_err(|error| refused(&error))?;
            capsules.delete(&run.into()).map_err(|error| refused(&error))?;
        }
        ended(&transaction).await
    }

    fn begin(&self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore, IdbObjectStore), String> {
        let stores = Array::of2(&ENTRIES.into(), &CAPSULES.into());
        let begin = || {
            let transaction = self.0.transaction_with_str_sequence_and_mode(&stores, mode)?;
            let (entries, capsules) = (transaction.object_store(ENTRIES)?, transaction.object_store(CAPSULES)?);
            Ok((transaction, entries, capsules))
        };
        begin().map_err(|error: JsValue| refused(&error))
    }
}

/// What a request comes to.
async fn done(request: &IdbRequest) -> Result<JsValue, String> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result().map_err(|error| refused(&error)),
        Err(_) => Err(request.error().ok().flatten().map_or_else(|| refused(&JsValue::NULL), |error| refused(&error))),
    }
}

/// Whether everything of a transaction has been written.
async fn ended(transaction: &IdbTransaction) -> Result<(), String> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        // What fails in it ends it too.
        transaction.set_onabort(Some(&reject));
    });
    match JsFuture::from(promise).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or_else(|| refused(&JsValue::NULL), |error| refused(&error))),
    }
}

/// What the browser says, as a sentence.
fn refused(error: &JsValue) -> String {
    let error: Option<&DomException> = error.dyn_ref();
    match error.map(|error| (error.name(), error.message())) {
        Some((name, _)) if name == "QuotaExceededError" => {
            "The browser has no more room for this page: delete results that are not needed, or save all as a file and then delete \
             them."
                .to_owned()
        }
        Some((name, message)) if message.is_empty() => format!("The browser says: {name}."),
        Some((name, message)) => format!("The browser says: {name}: {message}"),
        None => "The browser's database did not answer.".to_owned(),
    }
}
