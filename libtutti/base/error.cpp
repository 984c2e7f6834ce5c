// SPDX-License-Identifier: MIT
#include "tutti/error.hpp"

namespace tutti {

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::usage:
    case Fault::config:
      return 2;
    case Fault::deadline:
      return 3;
    case Fault::lost:
      return 4;
    case Fault::interrupted:
      return 130;
    case Fault::protocol:
    case Fault::io:
    case Fault::model:
    case Fault::peer:
      break;
  }
  return 1;
}

const char* name(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return "usage";
    case Fault::config:
      return "config";
    case Fault::protocol:
      return "protocol";
    case Fault::io:
      return "io";
    case Fault::model:
      return "model";
    case Fault::peer:
      return "peer";
    case Fault::deadline:
      return "deadline";
    case Fault::lost:
      return "lost";
    case Fault::interrupted:
      return "interrupted";
  }
  return "?";
}

}  // namespace tutti
