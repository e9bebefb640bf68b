#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/text.h"

namespace weir::net {
/// A small HTTP server on a free port of this machine, for tests. Each connection has a thread; what `answer` gives is sent as
/// it is. An empty answer closes the connection.
class ServerForTest {
 public:
  /// `head` is the request's first line and headers.
  using Answer = std::function<std::string(const std::string& head, const std::string& body)>;

  explicit ServerForTest(Answer answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);  // NOLINT: the sockets' way
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);  // NOLINT: the sockets' way
    port_ = ntohs(address.sin_port);
    accepting_ = std::jthread([this] { accept_all(); });
  }
  ServerForTest(const ServerForTest&) = delete;
  ServerForTest& operator=(const ServerForTest&) = delete;
  ~ServerForTest() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : connections_) {
        ::shutdown(connection, SHUT_RDWR);
      }
    }
    threads_.clear();
    for (const int connection : connections_) {
      ::close(connection);
    }
    ::close(listener_);
  }
  std::string url(std::string_view path) const { return "http://127.0.0.1:" + std::to_string(port_) + std::string(path); }
  std::size_t connections_count() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }
  static std::string reply(int status, std::string_view body, std::string_view headers = "") {
    return "HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" + std::string(body);
  }

 private:
  void accept_all() {
    while (true) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) {
        return;
      }
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    std::string read;
    while (true) {
      std::size_t head_end = 0;
      while ((head_end = read.find("\r\n\r\n")) == std::string::npos) {
        if (!read_more(connection, read)) {
          return;
        }
      }
      const std::string head = read.substr(0, head_end + 4);
      read.erase(0, head_end + 4);
      const std::size_t length = content_length(head);
      while (read.size() < length) {
        if (!read_more(connection, read)) {
          return;
        }
      }
      const std::string answer = answer_(head, read.substr(0, length));
      read.erase(0, length);
      if (answer.empty()) {
        ::shutdown(connection, SHUT_RDWR);
        return;
      }
      for (std::size_t sent = 0; sent < answer.size();) {
        const ssize_t count = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) {
          return;
        }
        sent += static_cast<std::size_t>(count);
      }
    }
  }

  static bool read_more(int connection, std::string& read) {
    char buffer[4096];
    const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
    if (count > 0) {
      read.append(buffer, static_cast<std::size_t>(count));
    }
    return count > 0;
  }
  static std::size_t content_length(const std::string& head) {
    const std::string lower = to_lower(head);
    const std::size_t at = lower.find("content-length:");
    return at == std::string::npos ? 0 : std::stoul(lower.substr(at + 15));
  }

  Answer answer_;
  int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<int> connections_;
  std::vector<std::jthread> threads_;
  std::jthread accepting_;
};
}  // namespace weir::net
