//! A strip of more trials than anybody looks at one by one, as a bar: along the order of the plan, which share of each model's
//! trials has come to a result, which share to none, and where others disturbed them. A few paths, however many trials.

use std::fmt::Write as _;

use charts::Kind;
use charts::words::counted;
use protocol::plan::Role;
use protocol::{Catalog, PlannedTrial, Run, Trial};
use yew::{Html, html};

use crate::state::Shown;
use crate::view::mark::colours_of;

/// At most so many columns: each is a few trials that are neighbours in the plan.
const COLUMNS: usize = 120;

pub(super) fn bar(shown: Option<&Shown>, plan: &[PlannedTrial], catalog: &Catalog) -> Html {
    let Bar { columns, height, shares, without, disturbed, running } = Bar::of(shown.map(|shown| &shown.run), plan);
    let share = |share: &Share<'_>| {
        let class = if Kind::of(share.role) == Kind::Model { "m" } else { "m hollow" };
        html! { <path {class} style={colours_of(catalog, share.model)} d={share.path.clone()} /> }
    };
    html! {
        <div class="density" key="density" data-testid="strip" role="img" aria-label={words(shown, plan.len())}>
            <svg viewBox={format!("0 0 {columns} {height}")} preserveAspectRatio="none">
                { for shares.iter().map(share) }
                <path class="without" d={without} />
                <path class="running" d={running} />
            </svg>
            <svg class="disturbed" viewBox={format!("0 0 {columns} 1")} preserveAspectRatio="none"><path d={disturbed} /></svg>
        </div>
    }
}

/// "30 of 450 trials have ended, …", for whoever does not see the bar.
fn words(shown: Option<&Shown>, planned: usize) -> String {
    let trials = shown.map(|shown| shown.run.trials.as_slice()).unwrap_or_default();
    let count = |is: fn(&Trial) -> bool| trials.iter().filter(|trial| is(trial)).count();
    let (without, disturbed) = (count(|trial| !trial.is_ok()), count(|trial| trial.disturbed));
    let ended = format!("{} of {} have ended", trials.len(), counted(planned, "trial"));
    format!("{ended}, {without} without a result, {disturbed} disturbed by others")
}

/// The bar as paths; a column is 1 wide, a trial 1 high.
#[derive(Debug, Default)]
struct Bar<'a> {
    columns: usize,
    height: usize,
    shares: Vec<Share<'a>>,
    /// What came to no result.
    without: String,
    /// The columns in which somebody disturbed a trial.
    disturbed: String,
    /// The column that is being run.
    running: String,
}

/// The trials of a model in one role.
#[derive(Debug)]
struct Share<'a> {
    model: &'a str,
    role: Role,
    /// What came to a result.
    path: String,
    /// In the column that is being drawn: how many are planned, came to a result, and came to none.
    counts: [usize; 3],
}

impl<'a> Bar<'a> {
    fn of(run: Option<&Run>, plan: &'a [PlannedTrial]) -> Self {
        let height = plan.len().div_ceil(COLUMNS).max(1);
        let mut bar = Self { columns: plan.len().div_ceil(height), height, ..Self::default() };
        let running = run.and_then(|run| run.running).map(|running| running.order);
        for (x, column) in plan.chunks(height).enumerate() {
            let mut is_disturbed = false;
            for planned in column {
                let counts = bar.counts_of(planned);
                counts[0] += 1;
                match run.and_then(|run| run.trial(planned.order)) {
                    Some(trial) => {
                        counts[if trial.is_ok() { 1 } else { 2 }] += 1;
                        is_disturbed |= trial.disturbed;
                    }
                    None if running == Some(planned.order) => draw(&mut bar.running, x, 0, height),
                    None => {}
                }
            }
            draw(&mut bar.disturbed, x, 0, is_disturbed.into());
            let mut y = 0;
            for share in &mut bar.shares {
                let [planned, done, without] = std::mem::take(&mut share.counts);
                draw(&mut share.path, x, y, done);
                draw(&mut bar.without, x, y + done, without);
                y += planned;
            }
        }
        bar
    }

    fn counts_of(&mut self, planned: &'a PlannedTrial) -> &mut [usize; 3] {
        let known = self.shares.iter().position(|share| share.model == planned.model && share.role == planned.role);
        let at = known.unwrap_or(self.shares.len());
        if known.is_none() {
            self.shares.push(Share { model: &planned.model, role: planned.role, path: String::new(), counts: [0; 3] });
        }
        &mut self.shares[at].counts
    }
}

/// So much of a column, from `y` down.
fn draw(path: &mut String, x: usize, y: usize, height: usize) {
    if height > 0 {
        // A text can always be written to.
        let _ = write!(path, "M{x} {y}h1v{height}h-1z");
    }
}

#[cfg(test)]
mod tests {
    use protocol::plan::plan;
    use protocol::{Experiment, Happening, RunEvent, TrialStatus};

    use super::*;

    /// Two models and the control, a hundred times: three trials a column, one of each.
    fn planned() -> Vec<PlannedTrial> {
        let experiment = Experiment { models: vec!["threads".into(), "tokio".into()], ..Experiment::default() };
        plan(&experiment.with("repetitions", 100).with("seed", 1))
    }

    /// What the paths cover: columns times trials.
    fn area(path: &str) -> usize {
        let heights = path.split('v').skip(1).map(|rest| rest.split('h').next().and_then(|height| height.parse::<usize>().ok()));
        heights.map(Option::unwrap).sum()
    }

    fn run_of(plan: &[PlannedTrial], ended: impl Fn(&PlannedTrial) -> Option<(TrialStatus, bool)>) -> Run {
        let mut happenings = vec![Happening::Started { plan: plan.to_vec() }];
        for planned in plan {
            if let Some((status, disturbed)) = ended(planned) {
                let trial = Box::new(Trial { planned: planned.clone(), status, disturbed, ..Trial::default() });
                happenings.push(Happening::TrialFinished { trial });
            }
        }
        let number = |(number, what)| RunEvent { number, at_ms: number, what };
        Run::of_log(&(1..).zip(happenings).map(number).collect::<Vec<_>>())
    }

    #[test]
    fn a_bar_covers_each_trial_that_ended_once_by_its_model_or_by_none() {
        let plan = planned();
        let run = run_of(&plan, |planned| match planned.order {
            150.. => None,
            order if order % 10 == 0 => Some((TrialStatus::Refused, false)),
            _ => Some((TrialStatus::Ok, false)),
        });
        let bar = Bar::of(Some(&run), &plan);
        assert_eq!((bar.columns, bar.height, bar.shares.len()), (100, 3, 3));
        assert_eq!(area(&bar.without), 15);
        assert_eq!(bar.shares.iter().map(|share| area(&share.path)).sum::<usize>(), 135);
        for share in &bar.shares {
            let done = run.trials.iter().filter(|trial| {
                let planned = &trial.planned;
                trial.is_ok() && planned.model == share.model && planned.role == share.role
            });
            assert_eq!(area(&share.path), done.count(), "{share:?}");
        }
        assert!(bar.disturbed.is_empty() && bar.running.is_empty());
    }

    #[test]
    fn a_column_is_marked_once_however_many_of_its_trials_were_disturbed() {
        let plan = planned();
        let run = run_of(&plan, |planned| (planned.order < 6).then_some((TrialStatus::Ok, planned.order != 3)));
        assert_eq!(Bar::of(Some(&run), &plan).disturbed, "M0 0h1v1h-1zM1 0h1v1h-1z");
    }

    #[test]
    fn the_longest_plan_is_a_hundred_and_twenty_columns_at_most_and_nothing_is_drawn_before_it_runs() {
        for models in 1..12 {
            let models = (0..models).map(|model| format!("model-{model}")).collect();
            let plan = plan(&Experiment { models, ..Experiment::default() }.with("repetitions", 50));
            let bar = Bar::of(None, &plan);
            assert!(bar.columns <= COLUMNS && bar.columns * bar.height >= plan.len(), "{} trials: {}", plan.len(), bar.columns);
            assert!(bar.shares.iter().all(|share| share.path.is_empty()));
        }
    }
}
