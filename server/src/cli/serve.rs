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
use crate::http::{self, Api};
use crate::runs::dispatcher::Dispatcher;
use crate::runs::store::{Store, default_folder};
use crate::{UNUSABLE, print, say};

/// Ending a trial and writing a report takes some milliseconds; a process that hangs in the kernel must not keep the server.
const LONGEST_STOP: Duration = Duration::from_secs(2);

pub(crate) fn serve(context: Arc<Context>, listen: SocketAddr, data: Option<PathBuf>) -> ExitCode {
    let listener = match http::bind(listen) {
        Ok(listener) => listener,
        Err(sentence) => {
            say(&sentence);
            return ExitCode::from(UNUSABLE);
        }
    };
    let served = actix_web::rt::System::new().block_on(async {
        let address = listener.local_addr().context("the listener has no address")?;
        let asked = asked_to_stop().context("signals cannot be waited for")?;
        outlive_file_size_limit().context("signals cannot be waited for")?;
        let (stop, stopping) = watch::channel(false);
        let store = store(data);
        let dispatcher = Dispatcher::start(Arc::clone(&context), store).context("the dispatcher could not be started")?;
        let stopped = dispatcher.clone();
        let server = http::serve(listener, Api { context: Arc::clone(&context), dispatcher, stopping })?;
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
        server.await.context("the server ended")
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

/// Without a place for runs the server still measures; it says so once.
fn store(data: Option<PathBuf>) -> Store {
    let Some(folder) = data.or_else(default_folder) else {
        let reason = "there is no data folder (HOME is not set; --data FOLDER sets one)";
        say(&format!("{reason}: runs will be lost when this server ends"));
        return Store::missing(reason.to_owned());
    };
    match Store::open(folder.clone()) {
        Ok(store) => {
            store.recover().iter().for_each(|problem| say(problem));
            store
        }
        Err(error) => {
            let reason = format!("runs cannot be kept in {}: {error}", folder.display());
            say(&format!("{reason}; they will be lost when this server ends"));
            Store::missing(reason)
        }
    }
}
