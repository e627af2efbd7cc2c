// Uplift
