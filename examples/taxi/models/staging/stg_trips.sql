{{ trips() }}
