//! The threads of a store: one that writes, two that read, each with a connection of its own.
//!
//! Invariant: nothing blocks an executor; a question is sent to a thread and answered through a
//! channel. Dropping the threads ends them in order, readers first, so that the writer's connection
//! is the last and closes the WAL.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connect;
use super::writer::Writer;
use crate::{Answer, StoreError};

const READERS: usize = 2;
/// How long the writer waits for another commit before it fills the projection.
const IDLE: Duration = Duration::from_millis(50);
/// How many records the projection may stay behind, which bounds the tail that readers scan.
const LAG_LIMIT: u64 = 512;

type ReadJob = Box<dyn FnOnce(&Connection) + Send>;
type WriteJob = Box<dyn FnOnce(&mut Writer) + Send>;

/// Senders to the threads; empty once they are ending.
pub(super) struct Threads {
    readers: Option<Sender<ReadJob>>,
    writer: Option<Sender<WriteJob>>,
    handles: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Starts the threads on the workspace in this folder.
    pub(super) fn start(folder: &Path, writer: Writer) -> Result<Self, StoreError> {
        let (to_writer, write_jobs) = mpsc::channel();
        let mut threads = Self::reading(|| connect::to_read(folder))?;
        threads.writer = Some(to_writer);
        threads.spawn("store-write".to_owned(), move || write_loop(writer, &write_jobs))?;
        Ok(threads)
    }

    /// Starts those that read, each on a connection that `open` gives; what is to be written is not.
    pub(super) fn reading(
        open: impl Fn() -> Result<Connection, StoreError>,
    ) -> Result<Self, StoreError> {
        let (to_readers, jobs) = mpsc::channel();
        let mut threads = Self { readers: Some(to_readers), writer: None, handles: Vec::new() };
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..READERS {
            let connection = open()?;
            let jobs = Arc::clone(&jobs);
            threads.spawn(format!("store-read-{number}"), move || read_loop(&connection, &jobs))?;
        }
        Ok(threads)
    }

    /// Asks a reader; the question sees one state of the data.
    pub(super) fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<'static, T> {
        let (sender, receiver) = oneshot::channel();
        let job: ReadJob = Box::new(move |connection| {
            let answer = connection
                .unchecked_transaction()
                .map_err(StoreError::from)
                .and_then(|snapshot| question(&snapshot));
            // Who no longer waits for the answer has dropped the receiver.
            drop(sender.send(answer));
        });
        send(self.readers.as_ref(), job);
        wait(receiver)
    }

    /// Asks the writer.
    pub(super) fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<'static, T> {
        let (sender, receiver) = oneshot::channel();
        let job: WriteJob = Box::new(move |writer| drop(sender.send(act(writer))));
        send(self.writer.as_ref(), job);
        wait(receiver)
    }

    fn spawn(
        &mut self,
        name: String,
        body: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let handle = std::thread::Builder::new()
            .name(name)
            .spawn(body)
            .map_err(|error| StoreError::Io { reason: error.to_string() })?;
        self.handles.push(handle);
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.readers = None;
        let writer = self.handles.split_off(READERS.min(self.handles.len()));
        for handle in self.handles.drain(..) {
            drop(handle.join());
        }
        self.writer = None;
        for handle in writer {
            drop(handle.join());
        }
    }
}

/// A job that cannot be sent is dropped with its answer's sender, and the asker hears `Closed`.
fn send<J>(to: Option<&Sender<J>>, job: J) {
    if let Some(to) = to {
        drop(to.send(job));
    }
}

fn wait<T: Send + 'static>(
    receiver: oneshot::Receiver<Result<T, StoreError>>,
) -> Answer<'static, T> {
    Box::pin(async move { receiver.await.unwrap_or(Err(StoreError::Closed)) })
}

fn read_loop(connection: &Connection, jobs: &Mutex<Receiver<ReadJob>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(connection),
            Err(_) => return,
        }
    }
}

fn write_loop(mut writer: Writer, jobs: &Receiver<WriteJob>) {
    loop {
        let job = if writer.behind() == 0 {
            jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else if writer.behind() > LAG_LIMIT {
            jobs.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::Timeout,
                TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            })
        } else {
            jobs.recv_timeout(IDLE)
        };
        match job {
            Ok(job) => {
                job(&mut writer);
                if writer.behind() > LAG_LIMIT {
                    writer.catch_up();
                }
            }
            Err(RecvTimeoutError::Timeout) => writer.catch_up(),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
