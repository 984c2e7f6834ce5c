// SPDX-License-Identifier: MIT
#define BOOST_TEST_MODULE tutti
#include "test.hpp"
