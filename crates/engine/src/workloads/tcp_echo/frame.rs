//! How an actor sees a TCP stream: as frames, here of one length.

use std::io;

use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

/// Frames of this many bytes each.
pub(super) struct Frames(pub(super) usize);

impl Decoder for Frames {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> io::Result<Option<Bytes>> {
        let Self(length) = *self;
        if buffer.len() < length {
            buffer.reserve(length - buffer.len());
            return Ok(None);
        }
        Ok(Some(buffer.split_to(length).freeze()))
    }
}

impl Encoder<Bytes> for Frames {
    type Error = io::Error;

    fn encode(&mut self, frame: Bytes, buffer: &mut BytesMut) -> io::Result<()> {
        buffer.extend_from_slice(&frame);
        Ok(())
    }
}
