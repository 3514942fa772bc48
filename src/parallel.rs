//! Work on all cores, with results in order; the only user of `rayon`.
//!
//! Results are collected in the order of their index and folded by the caller, so that no sum
//! depends on the number of threads. Without the feature `parallel` the same calls run in the
//! calling thread.

#[cfg(feature = "parallel")]
use std::sync::Mutex;

/// `work(state, index)` for each index below `count`, in the order of the index.
///
/// Each thread makes itself a `state` to work in, such as a workspace; a result must not depend
/// on what the state was used for before.
pub fn map<S: Send, R: Send>(
    count: usize,
    state: impl Fn() -> S + Send + Sync,
    work: impl Fn(&mut S, usize) -> R + Send + Sync,
) -> Vec<R> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        // One state for each thread, kept from index to index: making one may cost as much as an
        // index's work.
        let states: Vec<Mutex<Option<S>>> = (0..threads()).map(|_| Mutex::new(None)).collect();
        let on_this_thread = |index| {
            let kept = rayon::current_thread_index().and_then(|thread| states.get(thread));
            match kept.map(Mutex::try_lock) {
                Some(Ok(mut kept)) => work(kept.get_or_insert_with(&state), index),
                // Within another call of the same thread, or outside of any pool.
                _ => work(&mut state(), index),
            }
        };
        (0..count).into_par_iter().map(on_this_thread).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        let mut state = state();
        (0..count).map(|index| work(&mut state, index)).collect()
    }
}

/// Runs `work` on `threads` threads, or on as many as there are cores.
///
/// # Errors
/// If the operating system grants no threads.
pub fn with_threads<R: Send>(
    threads: Option<std::num::NonZeroUsize>,
    work: impl FnOnce() -> R + Send,
) -> crate::Result<R> {
    #[cfg(feature = "parallel")]
    {
        let threads = threads.map_or(0, std::num::NonZeroUsize::get);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|e| {
            crate::Error::unsupported(format!("{threads} threads cannot be started: {e}"))
        })?;
        Ok(pool.install(work))
    }
    #[cfg(not(feature = "parallel"))]
    {
        let _ = threads;
        Ok(work())
    }
}

/// Threads that [`map`] uses here.
pub fn threads() -> usize {
    #[cfg(feature = "parallel")]
    {
        rayon::current_num_threads()
    }
    #[cfg(not(feature = "parallel"))]
    {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        let run = |threads| {
            with_threads(std::num::NonZeroUsize::new(threads), || {
                map(
                    1000,
                    || 0u64,
                    |calls, index| {
                        *calls += 1;
                        index * index
                    },
                )
            })
            .unwrap()
        };
        let expected: Vec<usize> = (0..1000).map(|index| index * index).collect();
        assert_eq!(run(1), expected);
        assert_eq!(run(3), expected);
    }
}
