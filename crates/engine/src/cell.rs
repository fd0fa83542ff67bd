//! A cell: one workload on one model, as a plain function pointer beside the very text that was compiled.

use crate::measure::{Halt, Passes};

/// One workload on one model.
#[derive(Debug)]
pub struct CompiledCell<P> {
    /// The model's id.
    pub model: &'static str,
    /// The cell, or why there is none.
    pub content: Result<Content<P>, &'static str>,
}

/// A cell that is there.
#[derive(Debug)]
pub struct Content<P> {
    /// Launches the model, runs the cell on it, as often as there are passes, stops it.
    pub run: Run<P>,
    /// The path of its source from the top of the repository.
    pub path: String,
    /// The source: included when it was compiled.
    pub text: &'static str,
    /// What each unit takes from the machine.
    pub needs: Needs,
    /// Which of its model's options it obeys, besides those that the model's launch does.
    pub obeys: Vec<&'static str>,
    /// The libraries that it is made of besides its model's.
    pub libraries: Vec<&'static str>,
    /// Whether its model's launch runs it, whose options it then obeys.
    pub is_launched: bool,
}

impl<P> Content<P> {
    /// With this many OS threads per unit.
    #[must_use]
    pub fn threads(self, threads: u64) -> Self {
        Self { needs: Needs { threads, ..self.needs }, ..self }
    }

    /// With this many file descriptors per unit.
    #[must_use]
    pub fn files(self, files: u64) -> Self {
        Self { needs: Needs { files, ..self.needs }, ..self }
    }

    /// It obeys its model's option of this name.
    #[must_use]
    pub fn obeys(mut self, option: &'static str) -> Self {
        self.obeys.push(option);
        self
    }

    /// Whether its model's launch runs it. One that does not starts its runtime itself.
    #[must_use]
    pub fn launched(self, is_launched: bool) -> Self {
        Self { is_launched, ..self }
    }

    /// This library is in it, and not in its model elsewhere: its version belongs to a result.
    #[must_use]
    pub fn library(mut self, name: &'static str) -> Self {
        self.libraries.push(name);
        self
    }
}

/// How a cell is run, the same for every model: its passes on one launch.
pub type Run<P> = fn(&mut Passes<'_, P>) -> Result<(), Halt>;

/// What each unit takes from the machine, of what the machine has a limit on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// OS threads.
    pub threads: u64,
    /// File descriptors.
    pub files: u64,
}

/// The cells of a workload: for each model either `(module, "its file")`, with what a unit needs and which option it obeys, or
/// why there is none. What starts its runtime itself has a function in place of the module.
///
/// ```text
/// cells! {
///     threads => (threads, "threads.rs", threads: 2, files: 2),
///     actix_actors => (actix_actors, "actix_actors.rs", obeys: "placement"),
///     thread_pool => "a pool of two serves two connections; the rest would never be served",
/// }
/// ```
#[macro_export]
macro_rules! cells {
    ($($model:ident => $cell:tt),* $(,)?) => { vec![$($crate::cell!($model, $cell)),*] };
}

/// One of [`cells!`].
#[macro_export]
#[doc(hidden)]
macro_rules! cell {
    ($model:ident, ($module:ident, $file:literal $(, $builder:ident: $argument:literal)*)) => {
        $crate::cell!($model, (|passes| $crate::models::$model::launch($module::run, passes), $file $(, $builder: $argument)*))
    };
    ($model:ident, ($run:expr, $file:literal $(, $builder:ident: $argument:literal)*)) => {
        $crate::cell::CompiledCell {
            model: $crate::models::$model::ID,
            content: Ok($crate::cell::Content {
                run: $run,
                path: $crate::cell::beside(file!(), $file),
                text: include_str!($file),
                needs: $crate::cell::Needs::default(),
                obeys: Vec::new(),
                libraries: Vec::new(),
                is_launched: true,
            }$(.$builder($argument))*),
        }
    };
    ($model:ident, $reason:literal) => {
        $crate::cell::CompiledCell { model: $crate::models::$model::ID, content: Err($reason) }
    };
}

/// The path of a file that stands beside another.
#[doc(hidden)]
#[must_use]
pub fn beside(path: &str, file: &str) -> String {
    path.rsplit_once('/').map_or_else(|| file.to_owned(), |(folder, _)| format!("{folder}/{file}"))
}
