mod books;
mod deadlines;
mod orders;
mod pages;
mod races;
mod register;
mod sockets;
mod support;
