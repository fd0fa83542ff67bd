//! A server that is killed in the middle of a run loses nothing that it had told.

use anyhow::{Result, ensure};
use browser_tests::on_stage;

use crate::WATCHED;

#[test]
fn a_run_whose_server_was_killed_is_interrupted_keeps_its_trials_and_is_run_again_by_one_click() -> Result<()> {
    on_stage(async |stage| {
        let page = &stage.page;
        page.open(WATCHED).await?;
        page.click("run").await?;
        page.until("two trials have ended", async || Ok(page.cells_in("ok").await? >= 2)).await?;
        let (link, before) = (page.address().await?, page.cells_in("ok").await?);
        stage.server.kill();
        page.shows("banner", "does not answer").await?;
        stage.server.start_again()?;
        page.until("the banner goes by itself", async || Ok(!page.sees("banner").await?)).await?;
        page.shows("status", "Interrupted").await?;
        page.shows("interrupted", "of 9 trials").await?;
        let kept = page.cells_in("ok").await?;
        ensure!((before..9).contains(&kept), "{before} were told, {kept} are there: {:?}", page.cells().await?);
        ensure!(page.cells().await?.len() == 9, "the plan stays as long as it was");
        ensure!(page.driver().title().await?.starts_with("Interrupted"), "{}", page.driver().title().await?);
        page.is_accessible("interrupted").await?;

        // The same by its link, for somebody who was not there.
        page.driver().goto("about:blank").await?;
        page.open(&link).await?;
        page.shows("status", "Interrupted").await?;
        ensure!(page.cells_in("ok").await? == kept, "{:?}", page.cells().await?);

        page.click("run-again").await?;
        page.until("it is another run", async || Ok(page.address().await? != link)).await?;
        page.shows("status", "Finished").await?;
        ensure!(page.cells_in("ok").await? == 9, "{:?}", page.cells().await?);
        ensure!(!page.sees("interrupted").await?, "this one came to its end");
        Ok(())
    })
}
