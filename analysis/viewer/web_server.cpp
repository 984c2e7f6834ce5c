// SPDX-License-Identifier: MIT
// The only file that sees Boost.Beast, which takes a minute to compile.
#include "web_server.hpp"

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <map>

#include "tutti/error.hpp"

namespace viewer {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;
using Failure = beast::error_code;

constexpr std::size_t most_clients = 64;
constexpr std::uint64_t most_request = 16 << 10, most_message = 1 << 20;  // [bytes]

/// Equal in a time that does not tell how much of it is.
bool same_secret(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t k = 0; k < a.size() && k < b.size(); ++k)
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(a[k]) ^ static_cast<unsigned char>(b[k]));
  return difference == 0;
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// The value of `token=` in "/ws?token=abc&more".
std::string_view token_of(std::string_view target) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return {};
  auto query = target.substr(question + 1);
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    if (part.starts_with("token=")) return part.substr(6);
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

/// Whether a Host header names this machine. A name that some page resolves to 127.0.0.1 does not.
bool names_us(std::string_view host) {
  const auto name = host.substr(0, host.starts_with('[') ? host.find(']') + 1 : host.rfind(':'));
  return name == "127.0.0.1" || name == "localhost" || name == "[::1]";
}

/// A browser sends Origin with every WebSocket; programs need not.
bool from_here(const Request& request) {
  const auto origin = view(request[http::field::origin]);
  return origin.empty() || origin == "http://" + std::string{view(request[http::field::host])};
}

}  // namespace

struct WebServer::Body {
  class Visit;
  class Client;

  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::steady_timer timer{context};
  std::string token;
  Served* served = nullptr;
  std::chrono::milliseconds pause{};
  std::map<std::uint64_t, Client*> clients;
  std::uint64_t last_client = 0;

  void listen(std::uint16_t port, int tries);
  void accept();
  void wait();
};

/// One connection while it speaks HTTP. Keeps itself alive through its own pending operation.
class WebServer::Body::Visit : public std::enable_shared_from_this<Visit> {
 public:
  Visit(Body& body, tcp::socket socket) : body_{body}, stream_{std::move(socket)} {}

  void read() {
    parser_.emplace();
    parser_->body_limit(most_request);
    parser_->header_limit(most_request);
    stream_.expires_after(std::chrono::seconds{30});
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](Failure failure, std::size_t) {
                       if (!failure) self->answer(self->parser_->release());
                     });
  }

 private:
  void answer(Request request);
  void reply(const Request& request, Page page);
  static Page refusal(int status, const std::string& why) {
    return {status, "text/plain; charset=utf-8", why + "\n"};
  }

  Body& body_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
};

/// One WebSocket.
class WebServer::Body::Client : public std::enable_shared_from_this<Client> {
 public:
  Client(Body& body, beast::tcp_stream stream)
      : body_{body}, socket_{std::move(stream)}, number_{++body.last_client} {}

  void open(const Request& request) {
    socket_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
    socket_.read_message_max(most_message);
    socket_.async_accept(request, [self = shared_from_this()](Failure failure) {
      if (failure) return;
      self->body_.clients[self->number_] = self.get();
      self->open_ = true;
      self->body_.served->opened(self->number_);
      self->read();
      self->pull();
    });
  }

  /// Sends what there is to send, unless a message is still on its way.
  void pull() {
    if (!open_ || writing_) return;
    auto message = body_.served->next(number_);
    if (!message) return;
    outgoing_ = std::move(message->bytes);
    socket_.binary(message->binary);
    last_ = message->last;
    writing_ = true;
    socket_.async_write(asio::buffer(outgoing_),
                        [self = shared_from_this()](Failure failure, std::size_t) {
                          self->writing_ = false;
                          if (failure || self->last_) return self->end();
                          self->pull();
                        });
  }

 private:
  void read() {
    socket_.async_read(buffer_, [self = shared_from_this()](Failure failure, std::size_t) {
      if (failure) return self->end();
      const auto bytes = self->buffer_.data();
      const std::string_view text{static_cast<const char*>(bytes.data()), bytes.size()};
      const bool good = self->body_.served->received(self->number_, text);
      self->buffer_.consume(bytes.size());
      if (!good) return self->end();
      self->pull();
      self->read();
    });
  }
  void end() {
    if (!open_) return;
    open_ = false;
    body_.clients.erase(number_);
    body_.served->closed(number_);
    beast::get_lowest_layer(socket_).close();
  }

  Body& body_;
  websocket::stream<beast::tcp_stream> socket_;
  std::uint64_t number_;
  beast::flat_buffer buffer_;
  std::string outgoing_;
  bool open_ = false, writing_ = false, last_ = false;
};

void WebServer::Body::Visit::answer(Request request) {
  if (!names_us(view(request[http::field::host])))
    return reply(request, refusal(403,
                                  "This server is for this machine only: open it as "
                                  "http://127.0.0.1 or http://localhost."));
  const auto target = view(request.target());
  const bool authorised = same_secret(token_of(target), body_.token);
  if (!websocket::is_upgrade(request)) {
    if (request.method() != http::verb::get && request.method() != http::verb::head)
      return reply(request, refusal(405, "Only GET is understood here."));
    return reply(request, body_.served->page(target.substr(0, target.find('?')), authorised));
  }
  if (!authorised) return reply(request, refusal(403, "The token is missing or wrong."));
  if (!from_here(request))
    return reply(request, refusal(403, "Pages from elsewhere are not let in."));
  if (body_.clients.size() >= most_clients)
    return reply(request, refusal(503, "Too many pages are open on this run."));
  stream_.expires_never();
  std::make_shared<Client>(body_, std::move(stream_))->open(request);
}

void WebServer::Body::Visit::reply(const Request& request, Page page) {
  response_ = Response{static_cast<http::status>(page.status), request.version()};
  response_.set(http::field::content_type, page.type);
  response_.set(http::field::cache_control, "no-store");
  response_.set("X-Content-Type-Options", "nosniff");
  response_.set("Referrer-Policy", "no-referrer");
  response_.keep_alive(request.keep_alive());
  const auto length = page.body.size();
  if (request.method() != http::verb::head) response_.body() = std::move(page.body);
  response_.content_length(length);
  http::async_write(stream_, response_, [self = shared_from_this()](Failure failure, std::size_t) {
    if (failure) return;
    if (self->response_.need_eof()) {
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, failure);
      return;
    }
    self->read();
  });
}

void WebServer::Body::listen(std::uint16_t port, int tries) {
  Failure failure;
  for (int k = 0; k < std::max(1, tries); ++k) {
    const tcp::endpoint here{asio::ip::address_v4::loopback(),
                             static_cast<std::uint16_t>(port == 0 ? 0 : port + k)};
    acceptor.open(here.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(here, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (!failure) return;
    acceptor.close();
  }
  throw tutti::Error{
      tutti::Fault::io,
      "no port from {} to {} of 127.0.0.1 is free ({}); name another one with --port", port,
      port + tries - 1, failure.message()};
}

void WebServer::Body::accept() {
  acceptor.async_accept([this](Failure failure, tcp::socket socket) {
    if (failure == asio::error::operation_aborted) return;
    if (!failure) {
      socket.set_option(tcp::no_delay(true), failure);
      std::make_shared<Visit>(*this, std::move(socket))->read();
    }
    accept();
  });
}

void WebServer::Body::wait() {
  timer.expires_after(pause);
  timer.async_wait([this](Failure) {
    if (!served->tick()) return context.stop();
    const auto now = clients;  // pulling may end a client
    for (const auto& [number, client] : now)
      if (clients.contains(number)) client->pull();
    wait();
  });
}

WebServer::WebServer(std::uint16_t port, int tries, std::string token)
    : body_{std::make_unique<Body>()} {
  body_->token = std::move(token);
  body_->listen(port, tries);
}

WebServer::~WebServer() = default;

std::uint16_t WebServer::port() const { return body_->acceptor.local_endpoint().port(); }

std::string WebServer::address() const {
  return fmt::format("http://127.0.0.1:{}/?token={}", port(), body_->token);
}

void WebServer::run(Served& served, std::chrono::milliseconds tick) {
  body_->served = &served;
  body_->pause = tick;
  body_->accept();
  body_->wait();
  body_->context.run();
}

}  // namespace viewer
