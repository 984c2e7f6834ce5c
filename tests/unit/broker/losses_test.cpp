// SPDX-License-Identifier: MIT
// What a broker does when a module is lost that its connections can spare.
#include "two_modules.hpp"

using namespace tutti;
using namespace tutti::broker;
using namespace tutti::broker::two_modules_run;

namespace {

config::RunSpec bears_the_loss_of_its_source(OnLoss policy) {
  auto run = two_modules();
  run.modules[0].own_job = true;
  for (auto& connection : run.connections) connection.on_loss = policy;
  return run;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(broker_losses)

BOOST_AUTO_TEST_CASE(a_run_goes_on_without_a_source_whose_loss_its_connections_bear) {
  Broker broker{bears_the_loss_of_its_source(OnLoss::hold)};
  broker.start();
  broker.progress("s0", "5 ms"), broker.progress("s1", "4 ms"), broker.progress("t", "3 ms");
  broker.keep(broker.core.gone(101, "killed", broker.now));
  BOOST_TEST(broker.heard<control::Stop>("s0").size() == 1U);  // its other rank may go
  BOOST_REQUIRE_EQUAL(broker.heard<control::Lost>("t").size(), 1U);
  BOOST_TEST(broker.heard<control::Lost>("t")[0].module == "source");
  BOOST_REQUIRE_EQUAL(broker.core.status().notices.size(), 1U);
  BOOST_TEST(broker.core.status().notices[0] ==
             "source rank 1 is gone at 4 ms: killed; the run goes on without");
  broker.tell("s0", control::Failed{Fault::peer, "told to end", time_zero});  // its last word
  broker.progress("t", "90 ms");
  broker.tell("t", control::Done{});
  BOOST_TEST(broker.heard<control::Bye>("t").size() == 1U);
  BOOST_TEST((broker.core.ended() && broker.core.ok()));
}

BOOST_AUTO_TEST_CASE(a_run_ends_with_a_source_that_it_cannot_spare_or_waits_for) {
  for (const auto policy : {OnLoss::stop, OnLoss::wait}) {
    Broker broker{bears_the_loss_of_its_source(policy)};
    broker.start();
    broker.keep(broker.core.gone(101, "killed", broker.now));
    BOOST_TEST(broker.ended_with("source rank 1 is gone"));
  }
  auto mixed = bears_the_loss_of_its_source(OnLoss::hold);
  mixed.connections[1].on_loss = OnLoss::stop;
  Broker broker{mixed};
  broker.start();
  broker.keep(broker.core.gone(101, "killed", broker.now));
  BOOST_TEST(broker.ended_with("source rank 1 is gone"));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_in_the_making_fails_with_a_module_and_none_is_made_without_it) {
  Broker broker{bears_the_loss_of_its_source(OnLoss::silence)};
  for (auto [peer, hello] : {std::pair{"t", join("target", 0)}, std::pair{"s1", join("source", 1)},
                             std::pair{"s0", join("source", 0)}}) {
    hello.keeps = true;
    broker.tell(peer, hello);
  }
  broker.start();
  control::Command order;
  order.verb = control::Command::Verb::checkpoint;
  broker.tell("w", order);
  broker.tell("t", control::Saved{broker.heard<control::Save>("t").at(0).at, {}});
  BOOST_TEST(broker.heard<control::Answer>("w").empty());
  broker.keep(broker.core.gone(100, "killed", broker.now));
  BOOST_REQUIRE_EQUAL(broker.heard<control::Answer>("w").size(), 1U);
  BOOST_TEST(broker.heard<control::Answer>("w")[0].text.find("source rank 1 was lost") !=
             std::string::npos);
  broker.tell("w", order);
  BOOST_TEST(broker.heard<control::Answer>("w").back().text.find("was lost") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
