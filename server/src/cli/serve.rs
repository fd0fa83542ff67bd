//! `interleave serve`: the server, until a signal ends it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::time::timeout;

use super::signals::{asked_to_stop, outlive_file_size_limit};
use crate::context::{Context, debug_warning};
use crate::http::{self, Api, Site};
use crate::runs::dispatcher::Dispatcher;
use crate::runs::now_ms;
use crate::store::{Store, StorePlace, default_folder, url_of_environment};
use crate::{UNUSABLE, print, say};

/// Ending a trial and writing a report takes some milliseconds; a process that hangs in the kernel must not keep the server.
const LONGEST_STOP: Duration = Duration::from_secs(2);

const BETWEEN_CLEANINGS: Duration = Duration::from_mins(10);

/// What was asked for.
#[derive(Debug)]
pub(crate) struct ServeArguments {
    pub(crate) listen: SocketAddr,
    pub(crate) data: Option<PathBuf>,
    /// The database's address.
    pub(crate) url: Option<String>,
    pub(crate) public_url: Option<String>,
    /// Days.
    pub(crate) expire: Option<u64>,
}

pub(crate) fn serve(context: Arc<Context>, arguments: ServeArguments) -> ExitCode {
    let ServeArguments { listen, data, url, public_url, expire } = arguments;
    let bound = http::bind(listen).and_then(|listener| {
        let address = listener.local_addr().map_err(|error| format!("listen: {listen} has no address: {error}"))?;
        Ok((listener, address, Site::new(address, public_url.as_deref(), expire)?))
    });
    let (listener, address, site) = match bound {
        Ok(bound) => bound,
        Err(sentence) => {
            say(&sentence);
            return ExitCode::from(UNUSABLE);
        }
    };
    let served = actix_web::rt::System::new().block_on(async {
        let asked = asked_to_stop().context("signals cannot be waited for")?;
        outlive_file_size_limit().context("signals cannot be waited for")?;
        let (stop, stopping) = watch::channel(false);
        let store = store(&context, data, url).await;
        let kept = store.clone();
        let dispatcher = Dispatcher::start(Arc::clone(&context), store.clone()).context("the dispatcher could not be started")?;
        let stopped = dispatcher.clone();
        actix_web::rt::spawn(keep_house(kept.clone(), Arc::clone(&context), dispatcher.clone(), stopping.clone()));
        let server = http::serve(listener, Api { context: Arc::clone(&context), dispatcher, store, site, stopping })?;
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            asked.await;
            // Streams first: they would otherwise keep the server up, and a page that sees its stream break asks again until a
            // server answers, which one that is told of the run's end does not.
            stop.send_replace(true);
            // What was measured until now is kept.
            if timeout(LONGEST_STOP, stopped.stop()).await.is_err() {
                say("a trial's process does not end: it is left to the kernel");
            }
            handle.stop(true).await;
        });
        // The one that started it may not care to know.
        let _ = print(&format!("http://{address}/"));
        if let Some(warning) = debug_warning(&context.here.build) {
            say(warning);
        }
        let ended = server.await.context("the server ended");
        let _ = timeout(LONGEST_STOP, kept.close()).await;
        ended
    });
    finish(served)
}

fn finish(served: Result<()>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// From time to time, when nothing is measured: what has expired is removed, and what the database did not take when a run ended
/// is given to it again.
async fn keep_house(store: Store, context: Arc<Context>, dispatcher: Dispatcher, mut stopping: watch::Receiver<bool>) {
    loop {
        if dispatcher.load().await.running == 0 {
            if let Err(error) = store.expire(now_ms()).await
                && store.check().await.is_ok()
            {
                say(&format!("what has expired could not be removed: {error}"));
            }
            store.move_in(Arc::clone(&context)).await;
        }
        if timeout(BETWEEN_CLEANINGS, stopping.wait_for(|stopping| *stopping)).await.is_ok() {
            return;
        }
    }
}

/// Without a place for runs the server still measures; it says so once.
async fn store(context: &Arc<Context>, data: Option<PathBuf>, url: Option<String>) -> Store {
    let Some(folder) = data.or_else(default_folder) else {
        let reason = "there is no data folder (HOME is not set; --data FOLDER sets one)";
        say(&format!("{reason}: runs will be lost when this server ends"));
        return Store::missing(reason.to_owned());
    };
    let place = StorePlace { folder: folder.clone(), url: url.or_else(url_of_environment) };
    match Store::open(&place).await {
        Ok(store) => {
            if let Err(problem) = store.check().await {
                say(&format!("{problem}; results cannot be kept"));
            }
            store.recover().iter().for_each(|problem| say(problem));
            let (moved, problems) = store.move_in(Arc::clone(context)).await;
            problems.iter().for_each(|problem| say(problem));
            if moved > 0 {
                say(&format!("{moved} runs that were files have been moved into the store"));
            }
            store
        }
        Err(error) => {
            let reason = format!("runs cannot be kept in {}: {error}", folder.display());
            say(&format!("{reason}; they will be lost when this server ends"));
            Store::missing(reason)
        }
    }
}
