//! How an experiment is measured, the same for every workload: the fields of the method, each declared here once.
//!
//! Form, link, JSON, command line and help follow from the declaration. One more field is one line here and the place that obeys
//! it, which asks the experiment by the field's name ([`protocol::Experiment::chooses`]) or, in the engine, a [`Setting`]. A
//! field that only one model has is that model's option, and stands in its file.

use protocol::{Parameter, Values};

use crate::measure::{MEASURE_MS, MeasureBy, Start};
use crate::parameters::{choice, count};

/// The fields of every experiment, on a machine with this many cores.
pub(crate) fn fields(cores: u64) -> Vec<Parameter> {
    vec![
        choice(&[("all", "all"), ("one", "one")])
            .label("Cores")
            .help(
                "One keeps every thread of a trial on one core. Waking a thread on another core can cost tens of times more \
                 than on the same.",
            )
            .of_method("cores"),
        count(1, 64, cores.clamp(1, 64))
            .label("Workers")
            .unit("threads")
            .help("Worker threads of the models that have them: a pool, Tokio's runtime, Actix's arbiters.")
            .named("workers"),
        count(1, 50, 12)
            .label("Repetitions")
            .unit("per model")
            .help(
                "Each is a process of its own. A verdict between two models takes six at least; the more pairs are looked at, \
                 the more: 12 are enough for the 66 pairs of 12 models.",
            )
            .before(1, 5)
            .of_method("repetitions"),
        // Links of version 1 knew fixed work alone.
        Parameter { earlier: vec![(1, MeasureBy::Work.word().into())], ..MeasureBy::declared() },
        count(10, 10_000, 250)
            .label("Measured time")
            .unit("ms")
            .log()
            .help("The length of the measured part, if it is measured by time. Below 200 ms the start is a large part of it.")
            .of_method(MEASURE_MS),
        Start::declared(),
        choice(&[("glibc", "glibc"), ("mimalloc", "mimalloc"), ("jemalloc", "jemalloc")])
            .label("Allocator")
            .help("What a trial's process allocates memory with. jemalloc only in a build that has it.")
            .of_method("allocator"),
        choice(&[("all", "all repetitions"), ("sure", "it can tell")])
            .label("Until")
            .help(
                "With \u{201c}it can tell\u{201d} it ends as soon as every pair of models can be told apart, looking after 6, \
                 12, 24 and 48 repetitions; the number of repetitions is then the maximum.",
            )
            .of_method("until"),
        choice(&[("off", "off"), ("on", "on")])
            .label("Lanes")
            .help("One extra traced trial per model shows what each thread did when. Not counted.")
            .of_method("lanes"),
        count(0, 1 << 53, 42)
            .label("Seed")
            .help(
                "Decides the order of the trials, and everything in the work that is random. The same seed gives the same \
                 order.",
            )
            .of_method("seed"),
    ]
}

/// A choice of the method that the engine obeys: declared and read in one place by [`setting!`](crate::setting).
pub trait Setting: Sized + Copy {
    /// The name of its field.
    const NAME: &'static str;

    /// As the catalogue declares it.
    fn declared() -> Parameter;

    /// The word for this in links.
    fn word(self) -> &'static str;

    /// What these values choose; the first word if they do not say.
    fn of(method: &Values) -> Self;
}

/// Declares a [`Setting`]: an enum whose first variant is the default, each variant with its word in links and what people read.
///
/// ```
/// use engine::method::Setting;
///
/// engine::setting! {
///     /// Which way round.
///     pub enum Way: "way" {
///         /// As the clock.
///         Right = "right" / "clockwise",
///         /// The other.
///         Left = "left" / "anticlockwise",
///     }
///     label: "Way",
///     help: "Which way the token goes."
/// }
///
/// assert_eq!(Way::declared().accepted(), "one of right, left");
/// assert_eq!(Way::of(&[("way".to_owned(), "left".into())].into()), Way::Left);
/// assert_eq!(Way::of(&Default::default()), Way::Right);
/// ```
#[macro_export]
macro_rules! setting {
    ($(#[$outer:meta])* $visible:vis enum $Name:ident: $name:literal {
        $($(#[$inner:meta])* $Variant:ident = $word:literal / $label:literal),* $(,)?
    }
        label: $heading:literal, help: $help:literal $(,)?) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visible enum $Name { $($(#[$inner])* $Variant),* }

        impl $crate::method::Setting for $Name {
            const NAME: &'static str = $name;

            fn word(self) -> &'static str {
                match self { $(Self::$Variant => $word),* }
            }

            fn declared() -> $crate::protocol::Parameter {
                $crate::parameters::choice(&[$(($word, $label)),*]).label($heading).help($help).of_method($name)
            }

            fn of(method: &$crate::protocol::Values) -> Self {
                let variants = [$(($word, Self::$Variant)),*];
                let chosen = method.get($name).map(ToString::to_string);
                variants.iter().find(|(word, _)| chosen.as_deref() == Some(*word)).unwrap_or(&variants[0]).1
            }
        }
    };
}
