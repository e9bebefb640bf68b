#include "core/interrupt.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

namespace weir {
std::stop_token install_interrupt_handler() {
  static std::stop_source source;
  static bool installed = false;
  if (installed) {
    return source.get_token();
  }
  installed = true;
  // Signals are taken by a thread of their own, so that a stop callback may do what a signal handler must not.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] {
    int number = 0;
    while (sigwait(&signals, &number) == 0) {
      if (!source.request_stop()) {
        _exit(130);
      }
    }
  }).detach();
  return source.get_token();
}
}  // namespace weir
