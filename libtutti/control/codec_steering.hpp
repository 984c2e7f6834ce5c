// SPDX-License-Identifier: MIT
#pragma once
#include "codec_tables.hpp"

/// How a run is and what people tell it: parts of both protocols, the broker's and the observers'.
namespace tutti::control::codec {

void write(wire::Status::Builder b, const Status& m);
Status read_status(wire::Status::Reader r);
void write(wire::Command::Builder b, const Command& m);
Command read_command(wire::Command::Reader r);
void write(wire::Send::Builder b, const Send& m);
Send read_send(wire::Send::Reader r);
void write(wire::Answer::Builder b, const Answer& m);
Answer read_answer(wire::Answer::Reader r);

}  // namespace tutti::control::codec
