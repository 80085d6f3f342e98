"""Structure of materials: phases, pores, fibres, roots, cells."""
