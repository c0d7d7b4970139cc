mod deadlines;
mod orders;
mod pages;
mod races;
mod register;
mod sockets;
mod study;
mod support;
