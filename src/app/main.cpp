#include <csignal>

#include "cli/commands.h"
#include "core/interrupt.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // `weir sql … | head` is not an error
  return weir::cli::run_command_line(weir::cli::all_commands(), argc, argv, weir::install_interrupt_handler());
}
